"""A policy is linked to a unit that exists, over those it is for."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.group_policy.demand import ROOT, Gpo, Policies
from labctl.api import Remark, View, _, rule


@rule("ou-inconnue", reads=(Policies, Directory))
def find_unknown_links(asked: Policies, directory: Directory, _view: View) -> Iterator[Remark]:
    """Every policy is linked to a unit of the directory."""
    for gpo in asked.gpos:
        if gpo.link_to not in (ROOT, *directory.ous):
            said = _("OU « %(name)s » inconnue") % {"name": gpo.link_to}
            yield Remark(gpo, "link_to", said, _("OU : %(names)s") % _names(directory))


@rule("strategie-sans-effet", reads=(Policies, Directory), sections=("poste",))
def find_policies_without_effect(
    asked: Policies, directory: Directory, view: View
) -> Iterator[Remark]:
    """A policy is linked over those it is for: the workstation, or its user for the drives.

    What Windows reads of the computer, and what it reads of the user, come from the units that each
    of them is in (Microsoft, "Group Policy processing").
    """
    workstation = view.subject.workstation
    account = directory.account_of(workstation.main_user)
    user_ou = "" if account is None else account.ou
    for gpo in asked.gpos:
        meant = []
        if gpo.values:
            meant.append((workstation.domain.ou, _("le poste, dans « %(ou)s »")))
        if gpo.rules.drives:
            meant.append((user_ou, _("l'utilisateur du poste, dans « %(ou)s »")))
        yield from _list_missed(gpo, meant, directory)


def _list_missed(gpo: Gpo, meant: list[tuple[str, str]], directory: Directory) -> Iterator[Remark]:
    linked = gpo.link_to
    for unit, whom in meant:
        if linked not in (ROOT, unit) and {linked, unit} <= set(directory.ous):
            said = _("« %(name)s », liée à « %(linked)s », ne vise pas %(whom)s")
            told = {"name": gpo.name, "linked": linked, "whom": whom % {"ou": unit}}
            yield Remark(gpo, "link_to", said % told)


def _names(directory: Directory) -> dict[str, str]:
    return {"names": ", ".join(directory.ous)}

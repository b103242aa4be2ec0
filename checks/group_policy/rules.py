"""A policy is linked to a unit that exists, over those it is for."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.directory.unknown import find_unknown_ou
from checks.group_policy.demand import ROOT, Policies
from checks.joining.demand import Joining
from labctl.api import Remark, View, _, rule


@rule("ou-inconnue", reads=(Policies, Directory))
def find_unknown_links(asked: Policies, directory: Directory, _view: View) -> Iterator[Remark]:
    """Every policy is linked to a unit of the directory."""
    for gpo in asked.gpos:
        if gpo.link_to != ROOT:
            yield from find_unknown_ou(directory, gpo, "link_to", gpo.link_to)


@rule("strategie-sans-effet", reads=(Policies, Directory, Joining))
def find_policies_without_effect(
    asked: Policies, directory: Directory, joining: Joining, _view: View
) -> Iterator[Remark]:
    """A policy that sets values of a computer is linked over the workstation.

    What Windows reads of the computer comes from the units that it is in (Microsoft, "Group Policy
    processing").
    """
    unit = joining.ou
    for gpo in asked.gpos:
        is_missed = gpo.link_to not in (ROOT, unit) and {gpo.link_to, unit} <= set(directory.ous)
        if gpo.values and is_missed:
            said = _("« %(name)s », liée à « %(linked)s », ne vise pas %(whom)s")
            whom = _("le poste, dans « %(ou)s »") % {"ou": unit}
            yield Remark(
                gpo, "link_to", said % {"name": gpo.name, "linked": gpo.link_to, "whom": whom}
            )

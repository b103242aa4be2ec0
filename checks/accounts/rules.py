"""Local accounts that a Windows makes, and administrators that it can know."""

from collections.abc import Iterator

from checks.accounts.demand import RID, LocalAccounts
from checks.directory.demand import Directory
from labctl.api import LEAST_DERIVED, Remark, View, _, alike, judge_name, rule

BUILT_IN = ("administrateur", "administrator")
TAKEN = frozenset(
    {
        *BUILT_IN,
        *("invite", "guest", "krbtgt", "defaultaccount", "wdagutilityaccount", "system"),
        *("labctl-audit", "root", "usine"),  # labctl's, the Linux's, the factory's
    }
)
"""Accounts that a machine has of its own."""
SIGNS, LONGEST = '"/\\[]:;|=,+*?<>@ ', 20
"""What the name of an account may not hold, and its length (Microsoft, "New-LocalUser")."""


@rule("nom-incorrect", reads=LocalAccounts)
def find_bad_names(asked: LocalAccounts, _view: View) -> Iterator[Remark]:
    """The local administrator has a name that Windows admits, and that is not taken."""
    for message, hint in judge_name(asked.admin.name, SIGNS, TAKEN):
        yield Remark(asked.admin, "name", message, hint)


@rule("nom-trop-long", reads=LocalAccounts)
def find_long_names(asked: LocalAccounts, _view: View) -> Iterator[Remark]:
    """The name of the local administrator is not longer than Windows admits."""
    name = asked.admin.name
    if len(name) > LONGEST:
        said = _("le nom « %(name)s » a %(length)d caractères : %(max)d au plus")
        values = {"name": name, "length": len(name), "max": LONGEST}
        yield Remark(asked.admin, "name", said % values)


@rule("compte-de-la-machine", reads=LocalAccounts, sections=("machines",))
def find_namesakes_of_the_machine(asked: LocalAccounts, view: View) -> Iterator[Remark]:
    """No account has the name of its machine: Windows refuses it (Microsoft, "New-LocalUser")."""
    name = asked.admin.name
    if alike(name) in {alike(view.hostname(machine)) for machine in asked.on}:
        said = _("« %(name)s » est le nom de la machine : aucun compte ne peut l'avoir")
        yield Remark(asked.admin, "name", said % {"name": name})


@rule("administrateur-inconnu", reads=LocalAccounts)
def find_unknown_administrators(asked: LocalAccounts, _view: View) -> Iterator[Remark]:
    """An administrator is a local account, or an account of the domain that has a known RID."""
    local = (alike(asked.admin.name), *BUILT_IN)
    for rank, name in enumerate(asked.administrators):
        if alike(name) not in local and not RID.search(name):
            said = _("« %(name)s » n'est ni un compte local, ni un compte du domaine et son RID")
            hint = _("pour un groupe du domaine : Admins du domaine (RID 512)")
            yield Remark(asked, "administrators", said % {"name": name}, hint, inside=(rank,))


@rule("compte-sans-droit", reads=LocalAccounts)
def find_powerless_administrators(asked: LocalAccounts, _view: View) -> Iterator[Remark]:
    """The local administrator administers."""
    if asked.admin.name not in asked.administrators:
        said = _("« %(name)s », l'administrateur local, n'est pas dans « administrateurs »")
        yield Remark(asked, "administrators", said % {"name": asked.admin.name})


@rule("mot-de-passe-refuse", reads=(LocalAccounts, Directory))
def find_refused_passwords(
    _asked: LocalAccounts, directory: Directory, _view: View
) -> Iterator[Remark]:
    """The policy of the domain admits the password that labctl derives for a bench."""
    policy = directory.policy
    if policy.min_length > LEAST_DERIVED:
        said = _(
            "%(asked)d caractères demandés : les mots de passe d'un banc peuvent en avoir %(n)d"
        )
        hint = _("l'administrateur local du poste a un mot de passe dérivé, que Windows refuserait")
        values = {"asked": policy.min_length, "n": LEAST_DERIVED}
        yield Remark(policy, "min_length", said % values, hint)

"""Groups and who is in them."""

from collections.abc import Iterator
from enum import Enum

from checks.directory.facts.objects import Accounts, Group, Groups
from labctl.api import Expectation, Match, Plan, _, about, check, mark, require, say


class Kind(Enum):
    """Kinds of groups, by groupType (MS-ADTS 2.2.12)."""

    GLOBAL_SECURITY = -2147483646
    LOCAL_SECURITY = -2147483644
    UNIVERSAL_SECURITY = -2147483640
    GLOBAL_DISTRIBUTION = 2
    LOCAL_DISTRIBUTION = 4
    UNIVERSAL_DISTRIBUTION = 8
    OTHER = 0

    def __str__(self) -> str:
        return _(WORDS[self])


WORDS = {
    Kind.GLOBAL_SECURITY: mark("groupe de sécurité global"),
    Kind.LOCAL_SECURITY: mark("groupe de sécurité de domaine local"),
    Kind.UNIVERSAL_SECURITY: mark("groupe de sécurité universel"),
    Kind.GLOBAL_DISTRIBUTION: mark("groupe de distribution global"),
    Kind.LOCAL_DISTRIBUTION: mark("groupe de distribution de domaine local"),
    Kind.UNIVERSAL_DISTRIBUTION: mark("groupe de distribution universel"),
    Kind.OTHER: mark("groupe d'une autre sorte"),
}


@check("K-075", needs=Groups)
def check_groups_exist(plan: Plan, groups: Groups) -> Match:
    """Les groupes demandés existent ; ce sont des groupes de sécurité globaux."""
    return require(_kind_point(name, _find(groups, name)) for name in sorted(plan.directory.groups))


@check("K-076", needs=(Groups, Accounts), partly_after=("K-072", "K-075"))
def check_group_members(plan: Plan, groups: Groups, accounts: Accounts) -> Match:
    """Chaque groupe a exactement les membres demandés."""
    return require(
        _members_point(plan, name, _find(groups, name), accounts)
        for name in sorted(plan.directory.groups)
    )


def _find(groups: Groups, name: str) -> Group | None:
    for found, group in groups.groups.items():
        if found.casefold() == name.casefold():
            return group
    return None


def _kind_point(name: str, group: Group | None) -> Expectation:
    if group is None:
        problem = _("le groupe %(name)s n'existe pas") % {"name": name}
        return Expectation(name, Kind.GLOBAL_SECURITY, None, problem)
    known = {kind.value for kind in Kind}
    kind = Kind(group.group_type) if group.group_type in known else Kind.OTHER
    return Expectation(name, Kind.GLOBAL_SECURITY, kind)


def _members_point(plan: Plan, name: str, group: Group | None, accounts: Accounts) -> Expectation:
    wanted = frozenset(
        person.login.casefold() for person in plan.directory.people if name in person.groups
    )
    found = frozenset(login.casefold() for login in group.members) if group else frozenset()
    return Expectation(
        _("membres de %(name)s") % {"name": name},
        wanted,
        found,
        about(name, ", ".join(_differences(wanted, found))),
        hindered_by=_explain(wanted, found, group, accounts),
    )


def _explain(
    wanted: frozenset[str], found: frozenset[str], group: Group | None, accounts: Accounts
) -> tuple[str, ...]:
    """Return the checks that answer for what is wrong: no such group, or no such accounts."""
    if group is None:
        return ("K-075",)
    lacking = {login for login in wanted - found if login not in accounts.users}
    return ("K-072",) if lacking and found == wanted - lacking else ()


def _differences(wanted: frozenset[str], found: frozenset[str]) -> Iterator[str]:
    if wanted - found:
        yield _("il manque %(logins)s") % {"logins": say(wanted - found)}
    if found - wanted:
        yield _("en trop %(logins)s") % {"logins": say(found - wanted)}

"""Groups and who is in them."""

from collections.abc import Iterator
from enum import Enum

from checks.directory.demand import Directory
from checks.directory.demand import Group as AskedGroup
from checks.directory.facts.objects import Accounts, Group, Groups
from labctl.api import Expectation, Match, _, about, check, mark, require, say


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


SCOPES = {"globale": Kind.GLOBAL_SECURITY}
WORDS = {
    Kind.GLOBAL_SECURITY: mark("groupe de sécurité global"),
    Kind.LOCAL_SECURITY: mark("groupe de sécurité de domaine local"),
    Kind.UNIVERSAL_SECURITY: mark("groupe de sécurité universel"),
    Kind.GLOBAL_DISTRIBUTION: mark("groupe de distribution global"),
    Kind.LOCAL_DISTRIBUTION: mark("groupe de distribution de domaine local"),
    Kind.UNIVERSAL_DISTRIBUTION: mark("groupe de distribution universel"),
    Kind.OTHER: mark("groupe d'une autre sorte"),
}


@check("K-075", asks=Directory, needs=Groups)
def check_groups_exist(asked: Directory, groups: Groups) -> Match:
    """Les groupes demandés existent ; ce sont des groupes de sécurité globaux."""
    return require(_kind_point(group, _find(groups, group.name)) for group in _sorted(asked))


@check("K-076", asks=Directory, needs=(Groups, Accounts), partly_after=("K-072", "K-075"))
def check_group_members(asked: Directory, groups: Groups, accounts: Accounts) -> Match:
    """Chaque groupe a exactement les membres demandés."""
    return require(
        _members_point(asked, group.name, _find(groups, group.name), accounts)
        for group in _sorted(asked)
    )


def _sorted(asked: Directory) -> list[AskedGroup]:
    return sorted(asked.groups, key=lambda group: group.name)


def _find(groups: Groups, name: str) -> Group | None:
    for found, group in groups.groups.items():
        if found.casefold() == name.casefold():
            return group
    return None


def _kind_point(asked: AskedGroup, group: Group | None) -> Expectation:
    name, wanted = asked.name, SCOPES[asked.scope]
    if group is None:
        problem = _("le groupe %(name)s n'existe pas") % {"name": name}
        return Expectation(name, wanted, None, problem)
    known = {kind.value for kind in Kind}
    kind = Kind(group.group_type) if group.group_type in known else Kind.OTHER
    return Expectation(name, wanted, kind)


def _members_point(
    asked: Directory, name: str, group: Group | None, accounts: Accounts
) -> Expectation:
    wanted = frozenset(person.login.casefold() for person in asked.people if name in person.groups)
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

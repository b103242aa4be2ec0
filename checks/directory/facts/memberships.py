"""Who is in which group, nested groups included, from the entries of one search."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.directory.facts.entries import Entry

DOMAIN_USERS_RID = 513
"""Primary group of every ordinary account; being in it says nothing and is left out."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Direct groups of each object, by name in lower case."""

    entries: Mapping[str, Entry]
    parents: Mapping[str, frozenset[str]]

    def groups_of(self, entry: Entry) -> frozenset[str]:
        """Return the names of the groups an object is in, nested included."""
        return frozenset(map(self._name, _reachable(entry.key, self.parents)))

    def direct_groups_of(self, entry: Entry) -> frozenset[str]:
        """Return the names of the groups that hold the object itself."""
        return frozenset(map(self._name, self.parents.get(entry.key, frozenset())))

    def direct_members_of(self, group: Entry) -> frozenset[str]:
        """Return the account and group names that the group itself holds."""
        return frozenset(
            self._name(member) for member, groups in self.parents.items() if group.key in groups
        )

    def members_of(self, group: Entry) -> frozenset[str]:
        """Return the logins of the accounts in the group, through nested groups too."""
        children: dict[str, set[str]] = {}
        for member, groups in self.parents.items():
            for parent in groups:
                children.setdefault(parent, set()).add(member)
        found = _reachable(group.key, {key: frozenset(names) for key, names in children.items()})
        return frozenset(self._name(member) for member in found if not self._is_group(member))

    def _name(self, key: str) -> str:
        entry = self.entries.get(key)
        return (entry.text("sAMAccountName") or entry.dn) if entry else key

    def _is_group(self, key: str) -> bool:
        entry = self.entries.get(key)
        return entry is not None and entry.is_a("group")


def link_members(entries: Iterable[Entry]) -> Membership:
    """Gather both sides of every membership: ``member``, ``memberOf`` and the primary group."""
    by_key = {entry.key: entry for entry in entries}
    parents: dict[str, set[str]] = {}
    tokens = {
        group.number("primaryGroupToken"): group.key
        for group in by_key.values()
        if group.is_a("group") and group.text("primaryGroupToken")
    }
    for key, entry in by_key.items():
        for group in entry.values("memberOf"):
            parents.setdefault(key, set()).add(group.lower())
        for member in entry.values("member"):
            parents.setdefault(member.lower(), set()).add(key)
        primary = entry.number("primaryGroupID")
        if entry.is_a("user") and primary != DOMAIN_USERS_RID and primary in tokens:
            parents.setdefault(key, set()).add(tokens[primary])
    return Membership(by_key, {key: frozenset(groups) for key, groups in parents.items()})


def _reachable(start: str, edges: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return everything reached from a node; a loop of groups ends."""
    found: set[str] = set()
    todo = [start]
    while todo:
        for reached in edges.get(todo.pop(), frozenset()) - found:
            found.add(reached)
            todo.append(reached)
    return frozenset(found - {start})

"""Sabotages tried together: which ones may be, and in which company each is seen; pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

SIZE = 12
"""Most sabotages tried together: a group that is not seen as expected is tried again one by one."""

Excuses = Mapping[str, frozenset[str]]
"""Sabotage → the checks it may change: its own, those declared, those that wait for it."""


def form_groups(
    excuses: Excuses, clashes: Callable[[str, str], bool], alone: Collection[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """Put every sabotage in two groups, so that each is seen apart from all others.

    In a group no check may be changed by two members, so that a check that changed has one cause.
    A sabotage that also changed the check of another member would go unseen in that group. So it
    is tried among others too, and ``find_hidden`` of both groups is empty. One that must be
    ``alone`` is seen apart from all others at once.
    """
    together = sorted(excuses.keys() - set(alone), key=lambda name: (-len(excuses[name]), name))
    forming = _Forming(excuses, clashes)
    for name in together:
        forming.put(name)
    groups = forming.groups if len(forming.groups) < len(together) else [[one] for one in together]
    single = [(name,) for name in sorted(excuses) if name in alone]
    return (*single, *(tuple(sorted(group)) for group in groups))


@dataclass(frozen=True, slots=True)
class _Forming:
    """Groups while they are formed, and the two of each sabotage."""

    excuses: Excuses
    clashes: Callable[[str, str], bool]
    groups: list[list[str]] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def put(self, name: str) -> None:
        """Add a sabotage to the fullest two groups where nothing is hidden, else to new ones."""
        self.groups.extend(([], []))
        free = [rank for rank, group in enumerate(self.groups) if self._may_join(name, group)]
        pairs = sorted(combinations(free, 2), key=self._rate)
        pair = next(pair for pair in pairs if self._shows_all(name, pair))
        self.places[name] = pair
        for rank in pair:
            self.groups[rank].append(name)
        while not self.groups[-1]:
            self.groups.pop()

    def _may_join(self, name: str, group: Sequence[str]) -> bool:
        return len(group) < SIZE and not any(
            self.excuses[name] & self.excuses[other] or self.clashes(name, other) for other in group
        )

    def _rate(self, pair: tuple[int, int]) -> tuple[int, int]:
        sizes = [len(self.groups[rank]) for rank in pair]
        return sizes.count(0), -sum(sizes)

    def _shows_all(self, name: str, pair: tuple[int, int]) -> bool:
        """Tell whether this sabotage, and those that it joins, are seen apart from all others."""
        joined = {rank: [*self.groups[rank], name] for rank in pair}
        places = {**self.places, name: pair}
        return not any(
            find_hidden(
                one, [joined.get(rank, self.groups[rank]) for rank in places[one]], self.excuses
            )
            for one in {*joined[pair[0]], *joined[pair[1]]}
        )


def find_hidden(name: str, groups: Iterable[Collection[str]], excuses: Excuses) -> frozenset[str]:
    """Return the checks that another member may have changed in every group of a sabotage."""
    companies = [union(excuses, set(group) - {name}) for group in groups]
    hidden = companies[0].intersection(*companies[1:]) if companies else frozenset()
    return hidden - excuses[name]


def union(excuses: Excuses, names: Iterable[str]) -> frozenset[str]:
    """Return the checks that any of these sabotages may change."""
    return frozenset[str]().union(*(excuses[name] for name in names))

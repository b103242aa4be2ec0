"""Sabotages tried together: which ones may be, and in which company each is seen; pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

FIRST_SIZE, SIZE = 8, 12
"""Most sabotages tried together, in the first round and later: a group that is not seen as
expected is tried again one by one."""

Excuses = Mapping[str, frozenset[str]]
"""Sabotage → the checks it may change: its own, those declared, those that wait for it."""


def form_groups(
    excuses: Excuses, clashes: Callable[[str, str], bool], alone: Collection[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """Put every sabotage in one to three groups, so that each is seen apart from all others.

    In a group no check may be changed by two members, so that a check that changed has one cause.
    A sabotage that also changed the check of another member would go unseen in that group. It is
    therefore tried again among others, until ``find_hidden`` of all its groups is empty.
    """
    single = [(name,) for name in sorted(excuses) if name in alone]
    together = [name for name in sorted(excuses) if name not in alone]
    # What hangs together keeps company in the first round: later ones then mix freely.
    related = sorted(together, key=lambda name: (-_depth(name, excuses), _root(name, excuses)))
    first = _fill(related, excuses, clashes, FIRST_SIZE, {})
    ways = [
        _mix(first, together, excuses, clashes, most) for most in range(len(first) // 2, len(first))
    ]
    mixed = min(ways, key=lambda groups: (len(groups), sum(map(len, groups))), default=[])
    if len(first) + len(mixed) >= len(together):  # few: one by one is as soon done
        return (*single, *((name,) for name in together))
    return (*single, *first, *mixed)


def _mix(
    first: Sequence[tuple[str, ...]],
    names: Iterable[str],
    excuses: Excuses,
    clashes: Callable[[str, str], bool],
    most: int,
) -> list[tuple[str, ...]]:
    """Return a second round of about so many groups, and a third for what it leaves hidden."""
    hidden = {name: find_hidden(name, [group], excuses) for group in first for name in group}
    wide_first = sorted(
        names,
        key=lambda name: (-len(excuses[name]), -_depth(name, excuses), _root(name, excuses)),
    )
    again = [name for name in wide_first if hidden[name]]
    second = _spread(again, excuses, clashes, hidden, most)
    left = {
        name: hidden[name] & find_hidden(name, [group], excuses)
        for group in second
        for name in group
    }
    rest = [name for name in again if left[name]]
    return [*second, *_fill(rest, excuses, clashes, SIZE, left)]


def _depth(name: str, excuses: Excuses) -> int:
    """Return how many sabotages may change the check of this one."""
    return sum(name in changed for changed in excuses.values())


def _root(name: str, excuses: Excuses) -> str:
    """Return the sabotage that may change the check of this one and most others."""
    above = (other for other, changed in excuses.items() if name in changed)
    return min(above, key=lambda other: (-len(excuses[other]), other))


def find_hidden(name: str, groups: Iterable[Collection[str]], excuses: Excuses) -> frozenset[str]:
    """Return the checks that another member may have changed in every group of a sabotage."""
    companies = [union(excuses, set(group) - {name}) for group in groups]
    hidden = companies[0].intersection(*companies[1:]) if companies else frozenset()
    return hidden - excuses[name]


def union(excuses: Excuses, names: Iterable[str]) -> frozenset[str]:
    """Return the checks that any of these sabotages may change."""
    return frozenset[str]().union(*(excuses[name] for name in names))


def _fill(
    names: Iterable[str],
    excuses: Excuses,
    clashes: Callable[[str, str], bool],
    size: int,
    hidden: Mapping[str, frozenset[str]],
) -> list[tuple[str, ...]]:
    """Put each sabotage in the first group it fits in, with nothing hidden that must be seen."""
    groups: list[tuple[str, ...]] = []
    for name in names:
        for rank, group in enumerate(groups):
            joined = (*group, name)
            is_free = len(group) < size and _may_join(name, group, excuses, clashes)
            if is_free and not _count_hidden(joined, excuses, hidden):
                groups[rank] = joined
                break
        else:
            groups.append((name,))
    return [tuple(sorted(group)) for group in groups]


def _spread(
    names: Iterable[str],
    excuses: Excuses,
    clashes: Callable[[str, str], bool],
    hidden: Mapping[str, frozenset[str]],
    most: int,
) -> list[tuple[str, ...]]:
    """Put each sabotage where it hides least of what must be seen, in so many groups if it can."""
    groups: list[tuple[str, ...]] = []
    for name in names:
        costs = [
            (
                _count_hidden((*group, name), excuses, hidden)
                - _count_hidden(group, excuses, hidden),
                len(group),
                rank,
            )
            for rank, group in enumerate(groups)
            if len(group) < SIZE and _may_join(name, group, excuses, clashes)
        ]
        if costs and (len(groups) >= most or min(costs)[0] <= 0):
            rank = min(costs)[2]
            groups[rank] = (*groups[rank], name)
        else:
            groups.append((name,))
    return [tuple(sorted(group)) for group in groups]


def _may_join(
    name: str, group: Iterable[str], excuses: Excuses, clashes: Callable[[str, str], bool]
) -> bool:
    return not any(excuses[name] & excuses[other] or clashes(name, other) for other in group)


def _count_hidden(
    group: Collection[str], excuses: Excuses, hidden: Mapping[str, frozenset[str]]
) -> int:
    """Return how much that members must be seen without is hidden in their company."""
    return sum(
        len(union(excuses, set(group) - {name}) & hidden.get(name, frozenset())) for name in group
    )

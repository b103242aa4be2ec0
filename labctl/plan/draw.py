"""Which incidents each bench is given: the same minutes for all, and not what a neighbour has.

Pure: the same seed, benches and incidents always give the same sets. Everybody is given the same
number of minutes, the greatest that all of them can be given; where that cannot be, the nearest
below. A set takes one incident of each topic before it takes two of one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

MOST_TRIED = 20_000
"""Sets that are looked at for one bench and one total."""
MOST_SETS = 200
"""Sets of one bench among which one is chosen that no neighbour has."""


@dataclass(frozen=True, slots=True)
class Item:
    """An incident that may be drawn."""

    id: str
    topic: str
    minutes: int
    excludes: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """A bench to draw for: what it may be given, its seed, and the benches beside it."""

    bench: int
    seed: str
    items: tuple[Item, ...]
    neighbours: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Lot:
    """What a bench is given, and the seed that decided."""

    bench: int
    items: tuple[Item, ...]
    seed: str = ""

    @property
    def minutes(self) -> int:
        """Return how long it lasts."""
        return sum(item.minutes for item in self.items)


def draw_lots(desks: Sequence[Desk], minutes: int) -> tuple[Lot, ...]:
    """Return what each bench is given, in at most so many minutes; nothing where nothing fits.

    No total is tried that is more than all the incidents of a bench together.
    """
    most = min((minutes, *map(_add_up, desks)))
    common = next((total for total in range(most, 0, -1) if _fits_all(desks, total)), None)
    given: dict[int, Lot] = {}
    for desk in desks:
        near = {_names(given[other]) for other in desk.neighbours if other in given}
        given[desk.bench] = _choose(desk, minutes if common is None else common, near)
    return tuple(given[desk.bench] for desk in desks)


def _add_up(desk: Desk) -> int:
    return sum(item.minutes for item in desk.items)


def _fits_all(desks: Sequence[Desk], total: int) -> bool:
    return all(next(_list_sets(desk, total), None) is not None for desk in desks)


def _choose(desk: Desk, total: int, near: set[frozenset[str]]) -> Lot:
    """Return the first set of a total that no neighbour has, else of the nearest total below."""
    for less in range(min(total, _add_up(desk)), 0, -1):
        for rank, items in enumerate(_list_sets(desk, less)):
            lot = Lot(desk.bench, items, desk.seed)
            if _names(lot) not in near:
                return lot
            if rank > MOST_SETS:
                break
    return Lot(desk.bench, ())


def _list_sets(desk: Desk, total: int) -> Iterator[tuple[Item, ...]]:
    """Yield sets of so many minutes: first those of topics that all differ."""
    order = sorted(desk.items, key=lambda item: sha256(f"{desk.seed}\0{item.id}".encode()).digest())
    for apart in (True, False):
        tries = [MOST_TRIED]
        yield from _extend((), order, total, tries, apart=apart)


def _extend(
    taken: tuple[Item, ...], rest: Sequence[Item], left: int, tries: list[int], *, apart: bool
) -> Iterator[tuple[Item, ...]]:
    if left == 0:
        yield taken
    for rank, item in enumerate(rest):
        tries[0] -= 1
        if tries[0] < 0:
            return
        if item.minutes <= left and not _clashes(item, taken, apart=apart):
            yield from _extend(
                (*taken, item), rest[rank + 1 :], left - item.minutes, tries, apart=apart
            )


def _clashes(item: Item, taken: Sequence[Item], *, apart: bool) -> bool:
    return any(
        item.id in other.excludes
        or other.id in item.excludes
        or (apart and item.topic == other.topic)
        for other in taken
    )


def _names(lot: Lot) -> frozenset[str]:
    return frozenset(item.id for item in lot.items)


def list_neighbours(places: Mapping[int, tuple[int, int]]) -> dict[int, frozenset[int]]:
    """Return the benches beside each, in front of it and behind it, by their row and column."""
    return {
        bench: frozenset(
            other
            for other, (far_row, far_column) in places.items()
            if abs(row - far_row) + abs(column - far_column) == 1
        )
        for bench, (row, column) in places.items()
    }

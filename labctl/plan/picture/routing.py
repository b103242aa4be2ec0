"""Which way cables take between two rows: straight down, across on a level of their own, down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """A cable from a place of the upper row to one of the lower, or back to the upper one."""

    start: float
    end: float
    is_back: bool = False

    @property
    def span(self) -> tuple[float, float]:
        """Return what it takes of its level."""
        return min(self.start, self.end), max(self.start, self.end)

    @property
    def is_straight(self) -> bool:
        """Tell whether it needs no level."""
        return abs(self.start - self.end) < 1


def choose_levels(ways: Sequence[Way]) -> tuple[int, ...]:
    """Return the level of each way, 0 the highest: no two overlap, few cross."""
    levels = [0] * len(ways)
    done: list[int] = []
    waiting = [rank for rank, way in enumerate(ways) if not way.is_straight]
    while waiting:
        free = (one for one in waiting if not any(_is_above(ways[o], ways[one]) for o in waiting))
        rank = next(free, waiting[0])
        waiting.remove(rank)
        levels[rank] = _lowest_free(ways, levels, done, rank)
        done.append(rank)
    return tuple(levels)


def count_levels(ways: Sequence[Way], levels: Iterable[int]) -> int:
    """Return how many levels are used."""
    used = [level for way, level in zip(ways, levels, strict=True) if not way.is_straight]
    return max(used, default=-1) + 1


def _lowest_free(ways: Sequence[Way], levels: Sequence[int], done: list[int], rank: int) -> int:
    """Return the highest level on which a way overlaps none, below those that must be above it."""
    own = ways[rank]
    least = max((levels[o] + 1 for o in done if _is_above(ways[o], own)), default=0)
    taken = {levels[o] for o in done if _overlaps(ways[o], own)}
    return next(level for level in range(least, least + len(ways) + 1) if level not in taken)


def _overlaps(one: Way, other: Way) -> bool:
    (a, b), (c, d) = one.span, other.span
    return a <= d + 24 and c <= b + 24


def _is_above(one: Way, other: Way) -> bool:
    """Tell whether a way must turn above another: else the two would cross."""
    if one is other:
        return False
    low, high = other.span
    goes_through = low < one.start < high or (one.is_back and low < one.end < high)
    low, high = one.span
    is_passed = not other.is_back and low < other.end < high
    return goes_through or is_passed

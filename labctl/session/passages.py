"""One jury's day: its candidates one after the other, its meal between two of them.

Greedy: of the candidates that may come earliest, the one with the longest passage comes next; each
place of the meal between two passages is tried, and the one that ends the day first is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labctl.session.trials import Course

Span = tuple[int, int]
"""From and to, in minutes since midnight."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The times of a jury, in minutes: those of the day, then those between candidates."""

    arrival: int
    before: int  # its own work before the first passage
    after_each: int  # its own work after each passage
    after: int  # its own work after the last one
    between: int
    meal: int
    meal_window: Span


@dataclass(frozen=True, slots=True)
class JuryDay:
    """When each candidate comes before a jury, and when the jury eats, if it does."""

    starts: Mapping[int, int]  # by bench
    meal: Span | None
    first: int
    last: int  # end of its work after the last passage


@dataclass(frozen=True, slots=True)
class Visitor:
    """A candidate as a jury sees one: ready at a time, taken during spans."""

    course: Course
    ready: int
    taken: tuple[Span, ...]

    def earliest(self, at: int) -> int:
        """Return the first time from ``at`` on at which the whole passage is free."""
        start = max(at, self.ready)
        for begin, end in sorted(self.taken):
            if start < end and begin < start + self.course.busy_minutes:
                start = end
        return start


def plan_jury(visitors: Iterable[Visitor], pace: Pace) -> JuryDay:
    """Return the day of one jury; it needs at least one candidate."""
    waiting = sorted(visitors, key=lambda one: one.course.bench)
    without = _walk(waiting, pace, None)
    if _eats_elsewhere(without, pace):
        return without
    tried = [_walk(waiting, pace, rank) for rank in range(len(waiting) + 1)]
    return min(tried, key=lambda day: (_is_late(day, pace), day.last, day.meal or (0, 0)))


def _eats_elsewhere(day: JuryDay, pace: Pace) -> bool:
    """Tell whether a jury has time to eat before its day begins, or after it ends."""
    opens, closes = pace.meal_window
    return not pace.meal or day.last <= closes or day.first >= opens + pace.meal


def _is_late(day: JuryDay, pace: Pace) -> bool:
    return day.meal is not None and day.meal[0] > pace.meal_window[1]


def _walk(visitors: Iterable[Visitor], pace: Pace, meal_at: int | None) -> JuryDay:
    """Return the day with a meal before the passage of that rank; None for no meal."""
    waiting = list(visitors)
    starts: dict[int, int] = {}
    meal: Span | None = None
    done, free = pace.arrival, pace.arrival + pace.before
    for rank in range(len(waiting) + 1):
        if rank == meal_at:
            begin = max(done, pace.meal_window[0])
            meal = begin, begin + pace.meal
            done = meal[1]
            free = max(free, done + (pace.before if rank == 0 else 0))
        if not waiting:
            break
        visitor = min(waiting, key=lambda one: (one.earliest(free), -one.course.passage_minutes))
        waiting.remove(visitor)
        starts[visitor.course.bench] = visitor.earliest(free)
        done = starts[visitor.course.bench] + visitor.course.passage_minutes + pace.after_each
        free = done + pace.between
    first = min(starts.values()) - pace.before
    return JuryDay(starts, meal, min(first, meal[0]) if meal else first, done + pace.after)

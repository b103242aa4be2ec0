"""Which jury sees which candidate, where the roster leaves it open.

A jury has candidates of one room, and no more than the référentiel lets it have. What is left is
shared out so that juries sit about as long: the longest passage first, to the jury with the least.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from labctl.session.trials import Course


class TooFewJuries(ValueError):
    """The juries cannot take every candidate."""


@dataclass(slots=True)
class _Bench:
    """A jury while candidates are given to it."""

    name: str
    room: str = ""
    courses: list[Course] = field(default_factory=list)

    @property
    def load(self) -> tuple[int, int]:
        return sum(one.passage_minutes for one in self.courses), len(self.courses)


def assign_juries(
    courses: Iterable[Course], juries: Iterable[str], rooms: Mapping[int, str], most: int | None
) -> tuple[Course, ...]:
    """Return the courses, each with a jury where it has a passage; TooFewJuries when none is left.

    ``rooms`` is the room of each bench; ``most`` how many candidates a jury may have. The order of
    the courses changes nothing.
    """
    ordered = sorted(courses, key=lambda one: (-one.passage_minutes, one.bench))
    benches = {name: _Bench(name) for name in juries}
    for course in ordered:
        if course.candidate.jury:
            bench = benches[course.candidate.jury]
            bench.room = rooms[course.bench]
            bench.courses.append(course)
    open_ones = [one for one in ordered if one.passage and not one.candidate.jury]
    _give_rooms(benches, open_ones, rooms, most)
    given: dict[int, str] = {}
    for course in open_ones:
        free = [
            bench
            for bench in benches.values()
            if bench.room == rooms[course.bench] and (most is None or len(bench.courses) < most)
        ]
        if not free:
            raise TooFewJuries
        chosen = min(free, key=lambda bench: bench.load)
        chosen.courses.append(course)
        given[course.bench] = chosen.name
    return tuple(
        replace(
            one, candidate=replace(one.candidate, jury=given.get(one.bench, one.candidate.jury))
        )
        for one in sorted(ordered, key=lambda one: one.bench)
    )


def _give_rooms(
    benches: Mapping[str, _Bench],
    courses: Iterable[Course],
    rooms: Mapping[int, str],
    most: int | None,
) -> None:
    """Send each jury that has no candidate yet to the room that lacks juries most."""
    waiting: dict[str, int] = {}
    for course in courses:
        waiting[rooms[course.bench]] = waiting.get(rooms[course.bench], 0) + 1
    for bench in benches.values():
        if not bench.room and waiting:
            seats = {room: _count_seats(benches.values(), room, most) for room in waiting}
            bench.room = max(sorted(waiting), key=lambda room: waiting[room] / (seats[room] or 0.5))


def _count_seats(benches: Iterable[_Bench], room: str, most: int | None) -> int:
    """Return how many more candidates the juries of a room may have."""
    there = [bench for bench in benches if bench.room == room]
    return sum((most or 1) - (len(bench.courses) if most else 0) for bench in there)

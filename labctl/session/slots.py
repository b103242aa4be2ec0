"""The times of a day, one after the other: of each candidate, of each jury."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from labctl.core.i18n import _
from labctl.session.document import Jury, JuryBlock, minutes_of
from labctl.session.passages import JuryDay, Span
from labctl.session.rules import ExamDay
from labctl.session.trials import Course, Step

Gatherings = Mapping[tuple[str, int], int]
"""When a trial that all take together begins, by route and by its rank among those."""


class Activity(StrEnum):
    """What a time of the day is for."""

    TRIAL = "trial"
    SEAL = "seal"
    BREAK = "break"
    MEAL = "meal"
    JURY = "jury"  # the jury's own work


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time of the day: from and to in minutes since midnight, for a bench, a jury, or both.

    ``bench`` is 0 for a time of the jury alone; ``jury`` is empty where no jury is present.
    """

    start: int
    end: int
    bench: int
    jury: str
    activity: Activity
    title: str
    modality: str = ""
    part: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """One way to hold the day: when all gather, and the day of each jury."""

    gatherings: Gatherings
    days: Mapping[str, JuryDay]

    def passage(self, course: Course) -> Span | None:
        """Return when a candidate is before the jury, None for one who sees none."""
        held = self.days.get(course.candidate.jury)
        if held is None or course.bench not in held.starts:
            return None
        start = held.starts[course.bench]
        return start, start + course.passage_minutes


def ready_at(day: ExamDay, course: Course) -> int:
    """Return when a candidate may go on after the preparation, the seal and the pause."""
    hours = day.file.document.hours
    prepared = minutes_of(hours.start) + course.preparation_minutes
    return prepared + (hours.seal_minutes + hours.break_minutes if course.preparation else 0)


def list_slots(day: ExamDay, courses: Iterable[Course], draft: Draft) -> Iterator[Slot]:
    """Yield every time of the day."""
    for course in courses:
        yield from _of_candidate(day, course, draft)
    for jury in day.file.document.juries:
        if jury.name in draft.days:
            yield from _of_jury(day, jury, courses, draft.days[jury.name])


def _of_candidate(day: ExamDay, course: Course, draft: Draft) -> Iterator[Slot]:
    hours, bench = day.file.document.hours, course.bench
    room = day.venue_of(course.candidate).name
    at = minutes_of(hours.start)
    yield from _one_after_the_other(course.preparation, at, course, room)
    passage = draft.passage(course)
    if course.preparation and (passage or course.together):
        at += course.preparation_minutes
        sealed = at + hours.seal_minutes
        if hours.seal_minutes:
            yield Slot(at, sealed, bench, "", Activity.SEAL, _("Scellé"), place=room)
        if hours.break_minutes:
            rested = sealed + hours.break_minutes
            yield Slot(sealed, rested, bench, "", Activity.BREAK, _("Pause"))
    if passage:
        place = day.file.jury(course.candidate.jury).place
        yield from _one_after_the_other(course.passage, passage[0], course, place)
        yield from _one_after_the_other(course.after, passage[1], course, room)
    for rank, step in enumerate(course.together):
        at = draft.gatherings[course.candidate.route, rank]
        yield from _one_after_the_other((step,), at, course, "")


def _one_after_the_other(
    steps: Iterable[Step], at: int, course: Course, place: str
) -> Iterator[Slot]:
    for step in steps:
        jury = course.candidate.jury if step.jury else ""
        yield Slot(
            *(at, at + step.minutes, course.bench, jury, Activity.TRIAL),
            *(step.title, step.modality, step.part, place),
        )
        at += step.minutes


def _of_jury(day: ExamDay, jury: Jury, courses: Iterable[Course], held: JuryDay) -> Iterator[Slot]:
    """Yield what a jury does beside its candidates: its own work, its meal."""
    blocks = day.file.document.jury_blocks
    before, each, after = (
        [block for block in blocks if block.when == when]
        for when in ("avant", "apres_chaque_passage", "apres")
    )
    ends = [
        held.starts[one.bench] + one.passage_minutes for one in courses if one.bench in held.starts
    ]
    first = min(held.starts.values()) - sum(block.minutes for block in before)
    last = held.last - sum(block.minutes for block in after)
    for group, moments in ((before, [first]), (each, ends), (after, [last])):
        for moment in moments:
            yield from _own_work(group, moment, jury)
    if held.meal:
        yield Slot(*held.meal, 0, jury.name, Activity.MEAL, _("Repas"))


def _own_work(blocks: Iterable[JuryBlock], at: int, jury: Jury) -> Iterator[Slot]:
    for block in blocks:
        end = at + block.minutes
        yield Slot(at, end, 0, jury.name, Activity.JURY, block.title, place=jury.place)
        at = end

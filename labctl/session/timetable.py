"""The timetable of a session: who is where, when, before whom; computed, never by the clock.

Every candidate begins the preparation at the start of the day. Then come the seal, a pause, the
passage before the jury, and the trials that all of a route take together, at the moment that ends
the day first. Nobody, no jury and no platform (a jury has one) is in two places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _, say_clock
from labctl.session.assignment import TooFewJuries, assign_juries
from labctl.session.document import Jury, minutes_of
from labctl.session.passages import Pace, Span, Visitor, plan_jury
from labctl.session.rules import ExamDay
from labctl.session.slots import Activity, Draft, Gatherings, Slot, list_slots, ready_at
from labctl.session.trials import Course, build_course

MIDNIGHT = 24 * 60
Paces = Mapping[str, Pace]


@dataclass(frozen=True, slots=True)
class Timetable:
    """Every time of the day, in order; ``juries`` is the jury of each bench that sees one."""

    slots: tuple[Slot, ...]
    juries: Mapping[int, str]
    warnings: tuple[str, ...]

    @property
    def end(self) -> int:
        """Return when the last trial ends, in minutes since midnight."""
        return max(slot.end for slot in self.slots if slot.activity is Activity.TRIAL)

    def of_bench(self, bench: int) -> tuple[Slot, ...]:
        """Return the day of a candidate."""
        return tuple(slot for slot in self.slots if slot.bench == bench)

    def of_jury(self, jury: str) -> tuple[Slot, ...]:
        """Return the day of a jury."""
        return tuple(slot for slot in self.slots if slot.jury == jury)


def build_timetable(day: ExamDay) -> Timetable:
    """Return the timetable of a session; SpecError when its juries or its hours do not suffice."""
    courses = _assign(day)
    draft = _gather(day, courses, _list_paces(day))
    slots = tuple(sorted(list_slots(day, courses, draft)))
    seen = {one.bench: one.candidate.jury for one in courses if one.passage}
    found = Timetable(slots, seen, tuple(_find_warnings(day, draft)))
    mistakes = tuple(_find_wrong_hours(day, draft, found.end))
    if mistakes:
        raise SpecError(tuple(sorted(mistakes)))
    return found


def _assign(day: ExamDay) -> tuple[Course, ...]:
    courses = [build_course(day, one) for one in day.candidates]
    rooms = {one.bench: day.venue_of(one).name for one in day.candidates}
    most = day.referential.plateau.candidates_per_jury if day.referential.plateau else None
    names = [jury.name for jury in day.file.document.juries]
    try:
        return assign_juries(courses, names, rooms, most)
    except TooFewJuries as exc:
        said = _("trop peu de jurys : %(count)d, pour %(candidates)d candidats")
        values = {"count": len(names), "candidates": len(courses)}
        hint = _("%(most)d candidats par jury au plus, d'une seule salle") % {"most": most or 0}
        mistake = day.file.source.mistake(("jurys",), said % values, rule="jury", hint=hint)
        raise SpecError((mistake,)) from exc


def _list_paces(day: ExamDay) -> Paces:
    return {jury.name: _pace_of(day, jury) for jury in day.file.document.juries}


def _pace_of(day: ExamDay, jury: Jury) -> Pace:
    document = day.file.document
    hours, start = document.hours, minutes_of(document.hours.start)
    before, each, after = (
        sum(block.minutes for block in document.jury_blocks if block.when == when)
        for when in ("avant", "apres_chaque_passage", "apres")
    )
    opens, closes = (minutes_of(clock) for clock in hours.meal_between)
    return Pace(
        max(start, minutes_of(jury.presence[0])) if jury.presence else start,
        *(before, each, after, hours.between_minutes, hours.meal_minutes, (opens, closes)),
    )


def _gather(day: ExamDay, courses: tuple[Course, ...], paces: Paces) -> Draft:
    """Return the best way to hold the day: each common trial at the moment that ends it first."""
    best = _draft(day, courses, paces, {})
    for route in sorted({one.candidate.route for one in courses if one.together}):
        group = [one for one in courses if one.candidate.route == route]
        for rank in range(len(group[0].together)):
            earliest = max(_free_at(day, one, best.gatherings, rank) for one in group)
            ends = {span[1] for one in courses if (span := best.passage(one))}
            moments = sorted({earliest, *(end for end in ends if end > earliest)})
            tried = [
                _draft(day, courses, paces, {**best.gatherings, (route, rank): moment})
                for moment in moments
            ]
            best = min(tried, key=lambda draft: _cost(draft, courses))
    return best


def _cost(draft: Draft, courses: tuple[Course, ...]) -> tuple[int, int, tuple[int, ...]]:
    """Return what is to be small: the end of the day, the sum of ends, the moments to gather."""
    ends = [day.last for day in draft.days.values()]
    gathered = [end for one in courses for _start, end in _common_spans(one, draft.gatherings)]
    return max((*ends, *gathered), default=0), sum(ends), tuple(draft.gatherings.values())


def _free_at(day: ExamDay, course: Course, gatherings: Gatherings, rank: int) -> int:
    """Return from when on a candidate may take the common trial of that rank."""
    if rank == 0:
        return ready_at(day, course)
    before = gatherings[course.candidate.route, rank - 1] + course.together[rank - 1].minutes
    return before + day.file.document.hours.between_trials_minutes


def _draft(
    day: ExamDay, courses: tuple[Course, ...], paces: Paces, gatherings: Gatherings
) -> Draft:
    pause = day.file.document.hours.between_trials_minutes
    days = {}
    for name, pace in paces.items():
        visitors = [
            Visitor(
                one,
                ready_at(day, one),
                tuple((s - pause, e + pause) for s, e in _common_spans(one, gatherings)),
            )
            for one in courses
            if one.passage and one.candidate.jury == name
        ]
        if visitors:
            days[name] = plan_jury(visitors, pace)
    return Draft(gatherings, days)


def _common_spans(course: Course, gatherings: Gatherings) -> Iterator[Span]:
    for rank, step in enumerate(course.together):
        start = gatherings.get((course.candidate.route, rank))
        if start is not None:
            yield start, start + step.minutes


def _find_wrong_hours(day: ExamDay, draft: Draft, end: int) -> Iterator[Mistake]:
    """Yield that the day, or a jury's, ends before its work does."""
    hours = day.file.document.hours
    last = minutes_of(hours.end) if hours.end else MIDNIGHT
    finish = max((end, *(held.last for held in draft.days.values())))
    if finish > last:
        said = _("la journée finirait à %(end)s, après %(last)s")
        values = {"end": say_clock(finish), "last": say_clock(last)}
        hint = _("ajoutez un jury, commencez plus tôt, ou tenez deux sessions")
        path = ("horaires", "fin")
        yield day.file.source.mistake(path, said % values, rule="heure", hint=hint)
    for rank, jury in enumerate(day.file.document.juries):
        held = draft.days.get(jury.name)
        if jury.presence and held and held.last > minutes_of(jury.presence[1]):
            said = _("le jury %(jury)s part à %(leaves)s, son travail finit à %(end)s")
            times = {"leaves": jury.presence[1], "end": say_clock(held.last), "jury": jury.name}
            where = ("jurys", rank, "presence")
            yield day.file.source.mistake(where, said % times, rule="heure")


def _find_warnings(day: ExamDay, draft: Draft) -> Iterator[str]:
    hours = day.file.document.hours
    if draft.days and not day.file.document.jury_blocks:
        yield _("aucun « temps_jury » : ni lecture des dossiers, ni correction, ni délibération")
    for name, held in draft.days.items():
        eaten = held.meal[1] - held.meal[0] if held.meal else 0
        minutes = held.last - held.first - eaten
        if minutes > hours.longest_day_minutes:
            said = _("jury %(jury)s : %(minutes)d min sans le repas, au-delà de %(most)d")
            values = {"jury": name, "minutes": minutes, "most": hours.longest_day_minutes}
            yield said % values
        if held.meal and held.meal[0] > minutes_of(hours.meal_between[1]):
            said = _("jury %(jury)s : repas à %(at)s, après %(last)s")
            values = {"jury": name, "at": say_clock(held.meal[0]), "last": hours.meal_between[1]}
            yield said % values

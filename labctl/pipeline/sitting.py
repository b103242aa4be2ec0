"""What the papers of a session say of its day: its files, and its journal once it was opened."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from labctl.core.errors import UsageError
from labctl.core.i18n import _, about, say_clock, say_time, speaking
from labctl.grade.model import IncidentSheet
from labctl.pipeline.chronicle import read_events
from labctl.pipeline.daysheet import build_daysheet
from labctl.pipeline.examday import Held, load_day
from labctl.pipeline.incident_facts import tell_noted
from labctl.pipeline.journal import list_sessions, read_state
from labctl.pipeline.place import Place
from labctl.reports.daysheet import ACTIVITIES, Line, Moment
from labctl.reports.incident_rows import say_lines, say_remark
from labctl.reports.printed.sitting import (
    ActTold,
    BreakdownTold,
    DayTold,
    IncidentTold,
    JuryTold,
    PhaseTold,
    SealTold,
    SeatTold,
    Sitting,
)
from labctl.session.acts import DOCUMENTS, name_benches
from labctl.session.chronicle import Event
from labctl.session.clock import BenchClock
from labctl.session.roster import Candidate
from labctl.session.slots import Activity
from labctl.session.state import BenchState, SealFact, State
from labctl.session.timetable import build_timetable


def read_sitting(name: str, benches: Sequence[int]) -> tuple[dict[int, Place], Sitting]:
    """Return the places of benches of a session, and who sits there when.

    Raises SpecError when the session cannot be held, UsageError for a bench that nobody has.
    """
    with speaking("fr"):
        return _read_sitting(name, benches)


def _read_sitting(name: str, benches: Sequence[int]) -> tuple[dict[int, Place], Sitting]:
    held = load_day(name)
    people = {one.bench: one for one in held.day.candidates}
    unknown = ", ".join(f"{bench:02d}" for bench in benches if bench not in people)
    if unknown:
        message = _("la session « %(name)s » n'a personne au banc %(benches)s")
        raise UsageError(message % {"name": name, "benches": unknown})
    document = held.day.file.document
    seats = {bench: _seat(held, people[bench]) for bench in benches}
    places = {bench: held.places[bench] for bench in benches}
    day = build_daysheet(held)
    sitting = Sitting(
        document.title,
        document.day,
        seats,
        centre=document.centre or "",
        responsible=document.head,
        invigilators=", ".join(document.invigilators),
        juries=tuple(
            JuryTold(one.name, ", ".join(one.members), one.place) for one in document.juries
        ),
        candidate_days=tuple(_tell_day(line, _place_candidate) for line in day.candidates),
        jury_days=tuple(_tell_day(line, _name_candidate) for line in day.juries),
        serials=document.equipment.serials,
    )
    if document.id in list_sessions():
        sitting = _with_journal(sitting, read_state(document.id))
    return places, sitting


def tell_acts(events: Iterable[Event]) -> tuple[ActTold, ...]:
    """Return events as papers print them."""
    return tuple(
        ActTold(say_time(one.at), one.by, one.text, name_benches(one.benches)) for one in events
    )


def _with_journal(sitting: Sitting, state: State) -> Sitting:
    """Return what papers say of a day, with what its journal has: phases, seals, incidents."""
    seats = {
        bench: _with_state(seat, state, bench) if bench in state.benches else seat
        for bench, seat in sitting.seats.items()
    }
    incidents = tuple(
        IncidentTold(
            str(one.number),
            name_benches(one.benches),
            say_time(one.at),
            one.text,
            str(one.given_s // 60),
        )
        for one in state.incidents
    )
    return replace(
        sitting,
        seats=seats,
        head=state.head,
        incidents=incidents,
        id=state.opening.session,
        kept_until=f"{datetime.fromisoformat(state.opening.keep_until):%d/%m/%Y}",
        acts=tell_acts(read_events(state.opening.session)),
    )


def _with_state(seat: SeatTold, state: State, bench: int) -> SeatTold:
    one = state.benches[bench]
    signed = [_tell_signature(*each) for each in sorted(one.signed.items())]
    return replace(
        seat,
        seal=_tell_seal(one.seals[-1]) if one.seals else seat.seal,
        absent=say_time(one.absent) if one.absent else "",
        signed=", ".join(signed),
        phases=tuple(_tell_phases(one)),
        breakdowns=tuple(map(_tell_breakdown, tell_noted(state, bench))),
    )


def _tell_breakdown(one: IncidentSheet) -> BreakdownTold:
    facts = say_lines(one)
    return BreakdownTold(
        ticket=str(one.ticket),
        name=about(one.id, one.title) if one.title else one.id,
        begun="" if one.trouble else say_time(one.begun),
        shown=say_time(one.shown) if one.shown else "",
        repaired=say_time(one.repaired) if one.repaired else "",
        facts=" ; ".join(filter(None, (say_remark(one), facts))),
    )


def _tell_signature(document: str, when: str) -> str:
    name = _(DOCUMENTS[document])
    return f"{name} ({say_time(when)})"


def _tell_phases(one: BenchState) -> Iterator[PhaseTold]:
    for number, (clock, phase) in enumerate(zip(one.clocks, one.seat.phases, strict=False), 1):
        more = phase.extra_s + clock.given_s
        yield PhaseTold(
            number=number,
            title=phase.title,
            start=f"{clock.started.astimezone():%H:%M}",
            end=f"{clock.stopped.astimezone():%H:%M}" if clock.stopped else "",
            worked=_count_worked(clock),
            paused=_minutes(clock.paused_s(clock.stopped)) if clock.stopped else "",
            more=_minutes(more),
        )


def _count_worked(clock: BenchClock) -> str:
    return _minutes(clock.spent_s(clock.stopped)) if clock.stopped else ""


def _minutes(seconds: float) -> str:
    return str(int(seconds) // 60)


def _tell_seal(seal: SealFact) -> SealTold:
    opened = say_time(seal.opened) if seal.opened else ""
    return SealTold(seal.number, say_time(seal.laid), seal.fingerprint[:16], opened)


def _seat(held: Held, one: Candidate) -> SeatTold:
    timetable = held.timetable or build_timetable(held.day)
    trials = [slot for slot in timetable.of_bench(one.bench) if slot.activity is Activity.TRIAL]
    return SeatTold(
        name=one.name,
        route=one.route,
        jury=timetable.juries.get(one.bench, ""),
        accommodations=", ".join(one.accommodations),
        start=say_clock(trials[0].start) if trials else "",
        end=say_clock(trials[0].end) if trials else "",
        minutes=trials[0].end - trials[0].start if trials else 0,
        rank=sorted(candidate.bench for candidate in held.day.candidates).index(one.bench),
    )


def _tell_day(line: Line, where: Callable[[Moment], str]) -> DayTold:
    moments = tuple(
        (
            f"{say_clock(one.start)}–{say_clock(one.end)}",
            one.title or _(ACTIVITIES[one.activity]),
            where(one),
        )
        for one in line.moments
    )
    return DayTold(line.name, line.note, moments)


def _place_candidate(one: Moment) -> str:
    """Return where a candidate is then, empty for a pause."""
    if one.jury:
        return f"{one.place}, jury {one.jury}"
    if one.place:
        return "à sa place"
    return "tous ensemble" if one.activity == "trial" else ""


def _name_candidate(one: Moment) -> str:
    """Return whom a jury has before it, empty when it is alone."""
    return f"banc {one.bench:02d}, {one.candidate}" if one.bench else ""

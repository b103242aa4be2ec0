"""What is signed, what is running, what comes next: the session as whoever watches it needs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from labctl.core.i18n import _
from labctl.session.acts import DOCUMENTS, EACH_MUST_SIGN, has_witness, name_benches
from labctl.session.state import BenchState, State


@dataclass(frozen=True, slots=True)
class BenchNow:
    """A bench at a moment; seconds are whole, ``left_s`` below zero is time taken too much."""

    bench: int
    route: str
    jury: str
    condition: str  # absent, waiting, running, paused, stopped, sealed, done
    exam_phase: int
    started: str
    allowed_s: int
    extra_s: int
    given_s: int
    paused_s: int
    left_s: int | None
    ends: str
    signed: tuple[str, ...]


def list_benches(state: State, now: datetime) -> tuple[BenchNow, ...]:
    """Return every bench as it is now, in order."""
    return tuple(_describe(one, now) for _bench, one in sorted(state.benches.items()))


def _describe(one: BenchState, now: datetime) -> BenchNow:
    clock, seat = one.clock, one.seat
    phase = seat.phases[one.exam_phase - 1] if one.clocks else None
    return BenchNow(
        bench=seat.bench,
        route=seat.route,
        jury=seat.jury,
        condition=_condition(one),
        exam_phase=one.exam_phase,
        started=clock.started.isoformat() if clock else "",
        allowed_s=phase.allowed_s if phase else 0,
        extra_s=phase.extra_s if phase else 0,
        given_s=clock.given_s if clock else 0,
        paused_s=round(clock.paused_s(now)) if clock else 0,
        left_s=round(clock.left_s(now)) if clock else None,
        ends=clock.ends(now).isoformat() if clock and not clock.is_stopped else "",
        signed=tuple(name for name in DOCUMENTS if name in one.signed),
    )


def _condition(one: BenchState) -> str:
    clock = one.clock
    if one.absent:
        return "absent"
    if clock is None:
        return "waiting"
    if not clock.is_stopped:
        return "paused" if clock.is_paused else "running"
    if one.seal is not None and not one.seal.opened:
        return "sealed"
    return "done" if one.next_phase is None else "stopped"


def list_next(state: State, now: datetime) -> tuple[str, ...]:
    """Return what is to be done next, one line each, in the order of the day."""
    if state.closed:
        session = state.opening.session
        return () if state.archived else (f"labctl session archive {session}",)
    return (*_list_signatures(state), *_list_phases(state, now), *_list_end(state))


def _list_signatures(state: State) -> Iterator[str]:
    waiting = [one for one in state.benches.values() if not one.absent and not one.clocks]
    if not state.opening.is_exam or not waiting:
        return
    for document in EACH_MUST_SIGN:
        missing = [one.seat.bench for one in waiting if document not in one.signed]
        if missing:
            said = _("faire signer %(document)s : bancs %(benches)s")
            yield said % {"document": _(DOCUMENTS[document]), "benches": name_benches(missing)}
    for route in dict.fromkeys(one.seat.route for one in waiting):
        if not has_witness(state, route):
            yield _("ouvrir le sujet du parcours %(route)s devant un témoin") % {"route": route}


def _list_phases(state: State, now: datetime) -> Iterator[str]:
    groups: dict[str, list[int]] = {}
    for bench, one in sorted(state.benches.items()):
        for said in _next_of(state, one, now):
            groups.setdefault(said, []).append(bench)
    for said, benches in groups.items():
        yield said % {"benches": name_benches(benches)}


def _next_of(state: State, one: BenchState, now: datetime) -> Iterator[str]:
    """Yield what is to be done with a bench, ``%(benches)s`` in place of its number."""
    clock, phase = one.clock, one.next_phase
    if one.absent:
        return
    if clock is not None and not clock.is_stopped:
        if clock.is_paused:
            yield _("reprendre : bancs %(benches)s")
        elif clock.left_s(now) <= 0:
            yield _("le temps est écoulé, arrêter : bancs %(benches)s")
    elif phase is not None:
        must_seal = phase.behind_seal and state.opening.is_exam
        yield _next_phase(one) if must_seal else _say_start(one)


def _next_phase(one: BenchState) -> str:
    if one.seal is None:
        return _("mettre sous scellé : bancs %(benches)s")
    if not one.seal.opened:
        return _("ouvrir le scellé devant le jury : bancs %(benches)s")
    return _say_start(one)


def _say_start(one: BenchState) -> str:
    number = one.exam_phase + 1
    return _("commencer la phase %(number)d : bancs %%(benches)s") % {"number": number}


def _list_end(state: State) -> Iterator[str]:
    if all(one.is_done for one in state.benches.values()):
        yield f"labctl session close {state.opening.session}"

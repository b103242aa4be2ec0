"""Where a session is: its journal, record after record, as one value; pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from labctl.core.chain import FIRST, TORN, Record
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.session.clock import BenchClock
from labctl.session.seating import ExamPhase, Opening, Seat, read_opening

OPEN = "open"


@dataclass(frozen=True, slots=True)
class SealFact:
    """A seal that was laid: by labctl, with a fingerprint, or by hand, with a number.

    ``exam_phase`` is the phase that it came after; ``opened`` is empty while it holds.
    """

    exam_phase: int
    laid: str
    fingerprint: str = ""
    number: str = ""
    opened: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened, in neutral words; ``given_s`` is the time that was given back for it."""

    number: int
    at: str
    by: str
    benches: tuple[int, ...]
    text: str
    given_s: int = 0


@dataclass(frozen=True, slots=True)
class BenchState:
    """A bench of the session: what was signed there, its clocks (one per phase), its seals."""

    seat: Seat
    signed: Mapping[str, str] = field(default_factory=dict)  # document → when, RFC 3339
    absent: str = ""  # since when
    clocks: tuple[BenchClock, ...] = ()
    seals: tuple[SealFact, ...] = ()

    @property
    def exam_phase(self) -> int:
        """Return the phase that began last: 1, 2…; 0 before the first."""
        return len(self.clocks)

    @property
    def clock(self) -> BenchClock | None:
        """Return the clock of the phase that began last."""
        return self.clocks[-1] if self.clocks else None

    @property
    def next_phase(self) -> ExamPhase | None:
        """Return the phase that has not begun, None after the last."""
        phases = self.seat.phases
        return phases[self.exam_phase] if self.exam_phase < len(phases) else None

    @property
    def seal(self) -> SealFact | None:
        """Return the seal that was laid last since the phase that began last, None without one."""
        last = self.seals[-1] if self.seals else None
        return last if last is not None and last.exam_phase == self.exam_phase else None

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to begin, nor to end."""
        is_over = self.clock is None or self.clock.is_stopped
        return bool(self.absent) or (self.next_phase is None and is_over)


@dataclass(frozen=True, slots=True)
class State:
    """A session after the records that were read; ``head`` is that of its chain."""

    opening: Opening
    opened: str
    benches: Mapping[int, BenchState]
    incidents: tuple[Incident, ...] = ()
    closed: str = ""
    closed_why: str = ""
    archived: tuple[str, ...] = ()
    torn: int = 0  # last lines that were not written to their end
    last: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    head: str = FIRST


def replay(records: Iterable[Record], head: str) -> State:
    """Return where a session is after its records; StoreError when they are none of a session."""
    state: State | None = None
    torn = 0
    for record in records:
        try:
            at = datetime.fromisoformat(record["at"])
            if record["kind"] == TORN:
                torn += 1
            elif state is None:
                state = _open(record)
            else:
                state = _FOLLOW[record["kind"]](state, record, at)
            state = state and replace(state, last=max(state.last, at))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as exc:
            said = _("l'enregistrement %(number)s du journal n'a pas la forme attendue")
            raise StoreError(said % {"number": record.get("seq")}) from exc
    if state is None:
        raise StoreError(_("le journal ne dit pas que la session a été ouverte"))
    return replace(state, head=head, torn=torn)


def _open(record: Record) -> State:
    if record["kind"] != OPEN:
        raise ValueError(record["kind"])
    opening = read_opening(record)
    benches = {seat.bench: BenchState(seat) for seat in opening.seats}
    return State(opening, str(record["at"]), benches)


Change = Callable[[BenchState], BenchState]


def _each(state: State, record: Record, change: Change) -> State:
    """Return the state with the benches of a record changed."""
    changed = {bench: change(state.benches[bench]) for bench in record["benches"]}
    return replace(state, benches={**state.benches, **changed})


def _sign(state: State, record: Record, _at: datetime) -> State:
    """Note a signature, since when it is there; whoever signs again was noted absent by mistake."""
    document, when = str(record["document"]), str(record["at"])
    return _each(
        state,
        record,
        lambda one: replace(one, signed={document: when, **one.signed}, absent=""),
    )


def _miss(state: State, record: Record, _at: datetime) -> State:
    return _each(state, record, lambda one: replace(one, absent=str(record["at"])))


def _start(state: State, record: Record, at: datetime) -> State:
    def start(one: BenchState) -> BenchState:
        allowed_s = one.seat.phases[one.exam_phase].allowed_s
        return replace(one, clocks=(*one.clocks, BenchClock(allowed_s, at)))

    return _each(state, record, start)


def _on_clock(change: Callable[[BenchClock], BenchClock]) -> Change:
    return lambda one: replace(one, clocks=(*one.clocks[:-1], change(one.clocks[-1])))


def _pause(state: State, record: Record, at: datetime) -> State:
    reason = str(record["reason"])
    return _each(state, record, _on_clock(lambda clock: clock.pause(at, reason)))


def _resume(state: State, record: Record, at: datetime) -> State:
    reason = str(record["reason"])
    return _each(state, record, _on_clock(lambda clock: clock.resume(at, reason)))


def _stop(state: State, record: Record, at: datetime) -> State:
    return _each(state, record, _on_clock(lambda clock: clock.stop(at)))


def _note(state: State, record: Record, _at: datetime) -> State:
    seconds = int(record["given_s"])
    incident = Incident(
        len(state.incidents) + 1,
        str(record["at"]),
        str(record["by"]),
        tuple(int(bench) for bench in record["benches"]),
        str(record["text"]),
        seconds,
    )
    given = _each(state, record, _on_clock(lambda c: c.give(seconds))) if seconds else state
    return replace(given, incidents=(*state.incidents, incident))


def _keep(state: State, _record: Record, _at: datetime) -> State:
    """Leave the state as it is: the record is there to be read."""
    return state


def _seal(state: State, record: Record, _at: datetime) -> State:
    """Note a seal; one that holds already gets the fingerprint or the number that it lacked."""
    fingerprint, number = str(record["fingerprint"]), str(record["number"])

    def seal(one: BenchState) -> BenchState:
        held = one.seal
        if held is not None and not held.opened:
            more = replace(
                held, fingerprint=fingerprint or held.fingerprint, number=number or held.number
            )
            return replace(one, seals=(*one.seals[:-1], more))
        new = SealFact(one.exam_phase, str(record["at"]), fingerprint, number)
        return replace(one, seals=(*one.seals, new))

    return _each(state, record, seal)


def _unseal(state: State, record: Record, _at: datetime) -> State:
    def unseal(one: BenchState) -> BenchState:
        opened = replace(one.seals[-1], opened=str(record["at"]))
        return replace(one, seals=(*one.seals[:-1], opened))

    return _each(state, record, unseal)


def _close(state: State, record: Record, _at: datetime) -> State:
    return replace(state, closed=str(record["at"]), closed_why=str(record["reason"]))


def _archive(state: State, record: Record, _at: datetime) -> State:
    return replace(state, archived=(*state.archived, str(record["sha256"])))


_FOLLOW: Mapping[str, Callable[[State, Record, datetime], State]] = {
    "sign": _sign,
    "absent": _miss,
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "incident": _note,
    "restart": _keep,
    "breakdown": _keep,
    "seal": _seal,
    "unseal": _unseal,
    "close": _close,
    "archive": _archive,
}

"""The journals of sessions: one folder each, for its owner alone; what a bench is stamped with.

Names of people are in these folders and nowhere else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from labctl.core.author import name_author
from labctl.core.chain import Chain, History, parse_chain, read_chain, reopen_chain
from labctl.core.deadline import Deadline
from labctl.core.errors import RuleRefused, UsageError
from labctl.core.i18n import _
from labctl.core.paths import state_dir
from labctl.core.store import read_bytes
from labctl.core.verdict import ExamStamp
from labctl.grade.model import Mode
from labctl.session.acts import CANDIDATE, Act, check_act, name_benches
from labctl.session.clock import BenchClock
from labctl.session.roster import Candidate, read_roster
from labctl.session.seating import SCHEMA, Opening, describe
from labctl.session.state import OPEN, State, replay

JOURNAL = "journal.jsonl"
SESSION_FILE, ROSTER = "session.yml", "candidats.csv"
"""The copies in the folder of a session: what was opened, whatever becomes of the files."""
HOLD_S = 20.0
"""How long an act waits for another one that is being written."""


def sessions_dir() -> Path:
    """Return the folder of the sessions that were opened here."""
    return state_dir() / "sessions"


def session_dir(session: str) -> Path:
    """Return the folder of a session, mode 0700: what it holds may name people."""
    return sessions_dir() / session


def list_sessions() -> tuple[str, ...]:
    """Return the sessions that were opened here."""
    found = sessions_dir().glob(f"*/{JOURNAL}")
    return tuple(sorted(path.parent.name for path in found if _is_begun(path)))


def _is_begun(path: Path) -> bool:
    """Tell whether a journal has its opening, or was changed: a kill may leave a file before it."""
    history = parse_chain(read_bytes(path)) if path.is_file() else History()
    return history.broken is not None or any(one["kind"] == OPEN for one in history.records)


def read_state(session: str) -> State:
    """Return where a session is; UsageError for one that was never opened here.

    Raises ChainBroken, naming the record, when its journal was changed.
    """
    path = session_dir(session) / JOURNAL
    if "/" in session or not _is_begun(path):
        known = ", ".join(list_sessions()) or "–"
        raise UsageError(
            _("la session « %(name)s » n'a pas été ouverte") % {"name": session},
            hint=_("ouvertes ici : %(known)s ; labctl session open SESSION") % {"known": known},
        )
    history = read_chain(path)
    return replay(history.records, history.head)


def begin(opening: Opening, by: str, digests: dict[str, str]) -> State:
    """Begin the journal of a session; RuleRefused when it has one.

    ``digests`` are those of the files that the session was read from.
    """
    body = {"schema": SCHEMA, "by": by, "files": digests, **describe(opening)}
    path = session_dir(opening.session) / JOURNAL
    with reopen_chain(path, Deadline.after(HOLD_S)) as (chain, history):
        if any(record["kind"] == OPEN for record in history.records):
            raise _already_open(opening)
        chain.append([(OPEN, body)])
    return read_state(opening.session)


def check_new(opening: Opening) -> None:
    """Raise RuleRefused when a session is open already, or one of its benches in another."""
    if opening.session in list_sessions():
        raise _already_open(opening)
    taken = {
        bench: state.opening.session
        for state in _list_open()
        for bench in state.benches
        if state.opening.session != opening.session
    }
    both = [seat.bench for seat in opening.seats if seat.bench in taken]
    if both:
        said = _("la session « %(other)s » est ouverte, et a les bancs %(benches)s")
        other = taken[both[0]]
        raise RuleRefused(
            said % {"other": other, "benches": name_benches(both)},
            hint=f"labctl session close {other}",
        )


def _already_open(opening: Opening) -> RuleRefused:
    said = _("la session « %(name)s » est déjà ouverte")
    hint = f"labctl session status {opening.session}"
    if read_state(opening.session).closed:
        said = _("la session « %(name)s » a eu lieu, et est close")
        hint = _("une autre session a un autre identifiant")
    return RuleRefused(said % {"name": opening.session}, hint=hint)


def foresee(session: str, decide: Callable[[State], Act]) -> State:
    """Check one act and record nothing; RuleRefused with all that forbids it."""
    state = read_state(session)
    check_act(state, decide(state))
    return state


def perform(session: str, decide: Callable[[State], Act]) -> State:
    """Do one act: decide it on what the journal says, check the rules, record it; return after it.

    Nobody else writes between the reading and the record. RuleRefused with all that forbids it.
    """
    read_state(session)
    path = session_dir(session) / JOURNAL
    with reopen_chain(path, Deadline.after(HOLD_S)) as (chain, history):
        state = replay(history.records, history.head)
        act = decide(state)
        check_act(state, act)
        _append(chain, state, act)
    return read_state(session)


def _append(chain: Chain, state: State, act: Act) -> None:
    """Record an act; the time of a journal never goes back, even when the clock does."""
    chain.append([act.to_record()], max(state.last, datetime.now(UTC)))


def find_stamp(bench: int) -> ExamStamp | None:
    """Return where in which open session a bench is, None when it is in none."""
    for state in _list_open():
        one = state.benches.get(bench)
        if one is not None:
            return ExamStamp(state.opening.session, one.seat.route, one.exam_phase, state.head)
    return None


def read_people(session: str) -> dict[int, Candidate]:
    """Return who sits at each bench, from the roster that the session was opened with."""
    path = session_dir(session) / ROSTER
    roster, _mistakes = read_roster(ROSTER, read_bytes(path))
    return {candidate.bench: candidate for candidate in roster.candidates}


def find_mode(bench: int) -> Mode | None:
    """Return whether a bench is in an open session, and of which kind: an exam, or training."""
    return next((each.opening.mode for each in _list_open() if bench in each.benches), None)


def find_bench_clock(bench: int) -> BenchClock | None:
    """Return the clock of a bench that is in an open session, None when no phase began."""
    return next((each.benches[bench].clock for each in _list_open() if bench in each.benches), None)


def is_before_jury(bench: int) -> bool:
    """Tell whether a phase in the presence of the jury goes on at a bench, in an open session."""
    found = next((each.benches[bench] for each in _list_open() if bench in each.benches), None)
    if found is None or found.clock is None or found.clock.is_stopped:
        return False
    return found.seat.phases[found.exam_phase - 1].jury


def note_restart(bench: int, machines: Sequence[str]) -> None:
    """Record that a candidate restarted machines, if the bench is in a session that is open here.

    Where the session is held on another machine, only the journal of the door has it.
    """
    stamp = find_stamp(bench)
    if stamp is not None:
        act = Act("restart", CANDIDATE, (bench,), {"machines": list(machines)})
        perform(stamp.session, partial(_decided, act))


def note_breakdown(
    bench: int, did: str, incident: str, lines: Mapping[str, str], by: str = ""
) -> None:
    """Record what was done with an incident of a bench, if that is in a session; what was seen."""
    stamp = find_stamp(bench)
    if stamp is not None:
        detail = {"did": did, "incident": incident, "lines": dict(lines)}
        act = Act("breakdown", by or name_author(), (bench,), detail)
        perform(stamp.session, partial(_decided, act))


def _list_open() -> Iterator[State]:
    for name in list_sessions():
        state = read_state(name)
        if not state.closed:
            yield state


def refuse_running(stamps: Mapping[int, ExamStamp | None]) -> None:
    """Raise RuleRefused when the clock of a bench runs, which is about to be sealed."""
    of_session: dict[str, list[int]] = {}
    for bench, stamp in stamps.items():
        if stamp is not None:
            of_session.setdefault(stamp.session, []).append(bench)
    for session, benches in of_session.items():
        check_act(read_state(session), Act("seal", name_author(), tuple(benches)))


def note_seals(fingerprints: Mapping[int, str], by: str, kind: str) -> None:
    """Record in its session that each bench was sealed or unsealed; nothing twice."""
    for bench, fingerprint in fingerprints.items():
        stamp = find_stamp(bench)
        if stamp is None or not _is_news(read_state(stamp.session), bench, kind, fingerprint):
            continue
        detail = {"fingerprint": fingerprint, "number": ""} if kind == "seal" else {}
        act = Act(kind, by, (bench,), detail)
        perform(stamp.session, partial(_decided, act))


def _is_news(state: State, bench: int, kind: str, fingerprint: str) -> bool:
    seal = state.benches[bench].seal
    is_closed = seal is not None and not seal.opened
    if kind == "unseal":
        return is_closed
    return not (is_closed and seal is not None and seal.fingerprint == fingerprint)


def _decided(act: Act, _state: State) -> Act:
    return act

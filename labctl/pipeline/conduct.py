"""Conduct a session: open it from its files, then act on it, an act a record."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from labctl.core.store import make_folder, read_bytes, write_bytes
from labctl.pipeline.examday import load_day
from labctl.pipeline.journal import (
    ROSTER,
    SESSION_FILE,
    begin,
    check_new,
    foresee,
    perform,
    read_state,
    session_dir,
)
from labctl.pipeline.outcome import Outcome
from labctl.session.acts import Act, choose_benches
from labctl.session.agenda import BenchNow, list_benches, list_next
from labctl.session.opening import describe_opening
from labctl.session.state import State

MOVES_DOORS = ("pause", "resume", "stop")
"""Acts that the ways in of candidates follow."""
MOVES_CLOCKS = ("start", "pause", "resume", "stop", "incident")
"""Acts that change the time that the menus of candidates show."""


def open_session(name: str, by: str, *, dry_run: bool) -> State | None:
    """Open a session of ``inventories/sessions``, or of a path; None when it would only be.

    SpecError with every mistake of its files; RuleRefused when it is open already.
    """
    held = load_day(name)
    day = held.day
    opening = describe_opening(day, held.timetable.juries if held.timetable else {})
    check_new(opening)
    if dry_run:
        return None
    folder = session_dir(opening.session)
    make_folder(folder, mode=0o700)
    files = {SESSION_FILE: Path(day.file.source.file), ROSTER: Path(day.roster.file)}
    digests = {}
    for copy, path in files.items():
        content = read_bytes(path)
        write_bytes(folder / copy, content)
        digests[copy] = hashlib.sha256(content).hexdigest()
    return begin(opening, by, digests)


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act came to: the state after it, its benches, the doors that did not follow it."""

    state: State
    benches: tuple[int, ...]
    failed: Mapping[int, Outcome[Any]]


def act(  # what a record says, and whether it is written
    session: str,
    kind: str,
    wanted: Sequence[int],
    by: str,
    detail: Mapping[str, object],
    *,
    dry_run: bool,
) -> Acted:
    """Do one act on benches, by default on all it can be done on, or is due on.

    The doors of candidates follow a pause, its end and the end of a phase. They do so before the
    record: a command that was killed between is run again, and is not refused as done. RuleRefused
    with all that forbids the act; then no door was touched.
    """
    done: list[Act] = []
    state = foresee(session, partial(_decide, kind, tuple(wanted), by, detail, done))
    benches = done[-1].benches
    if dry_run:
        return Acted(state, benches, {})
    outcomes = _follow(kind, benches)
    state = perform(session, partial(_decide, kind, benches, by, detail, done))
    outcomes = {**_tell_clocks(kind, benches), **outcomes}
    failed = {bench: outcome for bench, outcome in outcomes.items() if not outcome.ok}
    return Acted(state, benches, failed)


def _follow(kind: str, benches: Sequence[int]) -> Mapping[int, Outcome[Any]]:
    if kind not in MOVES_DOORS:
        return {}
    from labctl.pipeline.doors import follow_session

    return follow_session(kind, benches)


def _tell_clocks(kind: str, benches: Sequence[int]) -> Mapping[int, Outcome[Any]]:
    if kind not in MOVES_CLOCKS:
        return {}
    from labctl.pipeline.doors import tell_clocks

    return tell_clocks(benches)


def _decide(
    kind: str,
    wanted: tuple[int, ...],
    by: str,
    detail: Mapping[str, object],
    done: list[Act],
    state: State,
) -> Act:
    benches = choose_benches(state, kind, wanted, datetime.now(UTC))
    done.append(Act(kind, by, benches, detail))
    return done[-1]


def look(session: str) -> tuple[State, tuple[BenchNow, ...], tuple[str, ...]]:
    """Return where a session is now: its benches, and what comes next."""
    state, now = read_state(session), datetime.now(UTC)
    return state, list_benches(state, now), list_next(state, now)


def status_document(
    state: State, benches: Sequence[BenchNow], steps: Sequence[str]
) -> dict[str, Any]:
    """Return where a session is as JSON values: bench numbers, no name."""
    opening = state.opening
    return {
        "session": opening.session,
        "mode": opening.mode.value,
        "day": opening.day,
        "opened": state.opened,
        "closed": state.closed,
        "archived": list(state.archived),
        "head": state.head,
        "torn": state.torn,
        "benches": [asdict(one) for one in benches],
        "incidents": [asdict(one) for one in state.incidents],
        "next": list(steps),
    }

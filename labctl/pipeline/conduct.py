"""Conduct a session: open it from its files, then act on it, an act a record."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from labctl.core.store import make_folder, read_bytes, write_bytes
from labctl.pipeline.examday import load_day
from labctl.pipeline.journal import begin, check_new, foresee, perform, read_state, session_dir
from labctl.session.acts import Act, choose_benches
from labctl.session.agenda import BenchNow, list_benches, list_next
from labctl.session.opening import describe_opening
from labctl.session.state import State

SESSION_FILE, ROSTER = "session.yml", "candidats.csv"
"""The copies in the folder of a session: what was opened, whatever becomes of the files."""


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


def act(  # what a record says, and whether it is written
    session: str,
    kind: str,
    wanted: Sequence[int],
    by: str,
    detail: Mapping[str, object],
    *,
    dry_run: bool,
) -> tuple[State, tuple[int, ...]]:
    """Do one act on benches, by default on all it can be done on; return the state and them.

    RuleRefused with all that forbids it.
    """
    done: list[Act] = []
    decide = partial(_decide, kind, tuple(wanted), by, detail, done)
    state = (foresee if dry_run else perform)(session, decide)
    return state, done[-1].benches


def _decide(
    kind: str,
    wanted: tuple[int, ...],
    by: str,
    detail: Mapping[str, object],
    done: list[Act],
    state: State,
) -> Act:
    done.append(Act(kind, by, choose_benches(state, kind, wanted), detail))
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

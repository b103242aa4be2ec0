"""Close a session and write the grids of its juries, with names, in its own folder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from labctl.core.chain import read_chain
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.store import make_folder
from labctl.grade.incident import without_price
from labctl.grade.jury import Examined, JuryGrid, build_candidate
from labctl.grade.model import GradeSheet, IncidentSheet, Mode
from labctl.pipeline.chronicle import BREAKDOWN
from labctl.pipeline.conduct import act
from labctl.pipeline.draws import read_draw
from labctl.pipeline.exam import load_referential
from labctl.pipeline.incident_facts import tell_noted
from labctl.pipeline.journal import JOURNAL, read_people, read_state, session_dir
from labctl.pipeline.runs import choose_run
from labctl.session.roster import Candidate
from labctl.session.state import BenchState, State

GRIDS = "grilles"


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed session: where its grids are, and the benches that have no run of a phase."""

    state: State
    files: tuple[Path, ...]
    missing: Mapping[int, tuple[int, ...]]


def close_session(session: str, by: str, reason: str) -> Closed:
    """Close a session, then write its grids; one that is closed already has them written again.

    RuleRefused, with what is left to do, while a phase goes on.
    """
    state = read_state(session)
    if not state.closed:
        state = act(session, "close", (), by, {"reason": reason}, dry_run=False).state
    return write_grids(state)


def write_grids(state: State) -> Closed:
    """Write the grid of the jury as ODS and as a page to print."""
    from labctl.reports.jury_html import write_html
    from labctl.reports.printed.jury_ods import write_ods

    grid = build_jury_grid(state)
    folder = session_dir(state.opening.session) / GRIDS
    make_folder(folder, mode=0o700)
    ods, page = folder / "jury.ods", folder / "jury.html"
    write_ods(grid, ods)
    write_html(grid, page)
    missing: dict[int, tuple[int, ...]] = {}
    for one in grid.candidates:
        examined = one.examined
        begun = state.benches[examined.bench].exam_phase
        for phase in set(range(1, begun + 1)) - set(examined.sheets):
            missing[phase] = (*missing.get(phase, ()), examined.bench)
    return Closed(state, (ods, page), missing)


def build_jury_grid(state: State) -> JuryGrid:
    """Return the grid of a session: of each candidate, the newest whole run of each phase."""
    opening = state.opening
    referential = load_referential(opening.referential)
    people = read_people(opening.session)
    return JuryGrid(
        session=opening.session,
        title=opening.title,
        day=opening.day,
        exam=referential.title,
        head=state.head,
        candidates=tuple(
            build_candidate(_examined(state, one, people.get(bench)), referential)
            for bench, one in sorted(state.benches.items())
        ),
    )


def _examined(state: State, one: BenchState, person: Candidate | None) -> Examined:
    sheets = {
        phase: sheet
        for phase in range(1, one.exam_phase + 1)
        if (sheet := _find_sheet(state, one.seat.bench, phase)) is not None
    }
    return Examined(
        bench=one.seat.bench,
        name=person.name if person else "",
        number=person.number if person else "",
        route=one.seat.route,
        jury=one.seat.jury,
        sheets=sheets,
        remarks=tuple(_remarks(state, one, sheets)),
        incidents=_list_incidents(state, one.seat.bench, sheets.values()),
    )


def _find_sheet(state: State, bench: int, phase: int) -> GradeSheet | None:
    mode = Mode.EXAM if state.opening.is_exam else None
    try:
        return choose_run(bench, mode, phase, state.opening.session).sheet
    except StoreError:
        return None


def _remarks(state: State, one: BenchState, sheets: dict[int, GradeSheet]) -> Iterator[str]:
    if one.absent:
        yield _("absent")
        return
    for number, phase in enumerate(one.seat.phases, 1):
        values = {"number": number, "title": phase.title}
        if number > one.exam_phase:
            yield _("phase %(number)d (%(title)s) : n'a pas eu lieu") % values
        elif number not in sheets:
            yield _("phase %(number)d (%(title)s) : aucun relevé entier") % values
    yield from _tell_left(state, one.seat.bench)
    for seal in one.seals:
        values = {"number": seal.number or "–", "print": seal.fingerprint[:16] or "–"}
        yield _("scellé n° %(number)s, empreinte %(print)s") % values
    for incident in state.incidents:
        if one.seat.bench in incident.benches:
            minutes = incident.given_s // 60
            said = _("incident %(number)d : %(text)s (temps rendu : %(minutes)d min)")
            yield said % {"number": incident.number, "text": incident.text, "minutes": minutes}


def _tell_left(state: State, bench: int) -> Iterator[str]:
    """Yield that incidents were drawn for a bench in the session, and never injected."""
    acts = read_chain(session_dir(state.opening.session) / JOURNAL).records
    drawn = [one for one in acts if one["kind"] == BREAKDOWN and one["did"] == "draw"]
    noted = {one.id for one in tell_noted(state, bench)}
    kept = read_draw(bench).incidents
    for name in dict.fromkeys(str(one["incident"]) for one in drawn if bench in one["benches"]):
        if name in kept and name not in noted:
            yield _("panne %(id)s : tirée, jamais injectée") % {"id": name}


def _list_incidents(
    state: State, bench: int, sheets: Iterable[GradeSheet]
) -> tuple[IncidentSheet, ...]:
    """Return the incidents that a candidate had: as they are noted here, else as runs have them.

    What is noted here is newer than a run; the windows that were opened are in runs alone.
    """
    noted = tell_noted(state, bench)
    seen = {(one.id, one.begun): one for sheet in sheets for one in sheet.incidents}
    found = {key: without_price(one) for key, one in seen.items()}
    for one in noted:
        key = (one.id, one.begun)
        found[key] = replace(one, windows=seen[key].windows if key in seen else ())
    return tuple(sorted(found.values(), key=lambda one: one.begun))

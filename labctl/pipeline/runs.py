"""The documents of a run: written once, found again, read by ``report`` and never judged there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labctl.collect.bundle import read_journal
from labctl.core.errors import StoreError, UsageError
from labctl.core.i18n import _
from labctl.core.store import read_json, write_json
from labctl.core.verdict import BenchVerdicts, ExamStamp
from labctl.grade.document import from_document, to_document
from labctl.grade.model import GradeSheet, Mode
from labctl.judge.document import write_verdicts
from labctl.pipeline.place import latest_run, list_runs

VERDICTS, SHEET = "verdicts.json", "gradesheet.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """A run that was judged, and the newer runs of its bench that do not stand for it."""

    run: Path
    sheet: GradeSheet
    newer: tuple[Path, ...] = ()

    @property
    def observed(self) -> str:
        """Return the name of the run that holds the evidence: its time."""
        return Path(self.sheet.provenance.source).name or self.run.name

    @property
    def holder(self) -> Path:
        """Return the run that holds the evidence."""
        return Path(self.sheet.provenance.source) if self.sheet.provenance.source else self.run


def write_run(run: Path, verdicts: BenchVerdicts, sheet: GradeSheet) -> None:
    """Write what was concluded of a run; StoreError when the run has a conclusion already."""
    for name in (VERDICTS, SHEET):
        if (run / name).exists():
            said = _("« %(path)s » existe déjà : un relevé jugé ne change plus")
            raise StoreError(said % {"path": run / name}, hint=f"labctl grade --from {run}")
    write_verdicts(run / VERDICTS, verdicts)
    write_json(run / SHEET, to_document(sheet))


def read_sheet(run: Path) -> GradeSheet:
    """Return the sheet of a run; StoreError when it was not judged, or its sheet is damaged."""
    path = run / SHEET
    if not path.exists():
        said = _("le relevé « %(run)s » n'a pas été jugé")
        raise StoreError(said % {"run": run}, hint=f"labctl grade --from {run}")
    try:
        return from_document(read_json(path))
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        said = _("« %(path)s » n'a pas la forme d'un relevé jugé")
        raise StoreError(said % {"path": path}, hint=f"labctl grade --from {run}") from exc


def find_evidence(run: Path) -> Path:
    """Return the run whose evidence a run was judged on: itself, or the one it names.

    Raises UsageError when the folder is none of a run.
    """
    if (run / "evidence").is_dir():
        return run
    if (run / SHEET).exists():
        source = read_sheet(run).provenance.source
        if source and (Path(source) / "evidence").is_dir():
            return Path(source)
    raise UsageError(
        _("« %(folder)s » n'est pas le dossier d'un relevé") % {"folder": run},
        hint=_("un dossier qui contient « evidence », sous le dossier des relevés"),
    )


def read_judged(run: Path) -> Judged:
    """Return a judged run, unless its evidence is not the one that was judged: StoreError."""
    judged = Judged(run, read_sheet(run))
    evidence = judged.holder / "evidence"
    if evidence.is_dir() and read_journal(evidence).head != judged.sheet.evidence_head:
        said = _("les preuves de « %(run)s » ne sont plus celles qui ont été jugées")
        hint = f"labctl grade --from {judged.holder}"
        raise StoreError(said % {"run": judged.holder}, hint=hint)
    return judged


def find_printed(bench: int) -> Path:
    """Return the run whose evidence the grid of a bench names; before one is judged, the newest.

    Raises StoreError when the bench has no run.
    """
    try:
        return find_evidence(choose_run(bench, None).run)
    except StoreError:
        run = latest_run(bench)
        if run is None:
            raise
        return run


def choose_run(
    bench: int, mode: Mode | None, exam_phase: int | None = None, session: str = ""
) -> Judged:
    """Return the newest whole run of a bench; of its judgements, the last, in a mode if named.

    With a phase of the exam, it is the newest that was observed in that phase, of a session if
    named: a later phase never stands for it. Raises StoreError when no whole run was judged: a
    partial one never counts.
    """
    wholes: list[Judged] = []
    others: list[Judged | Path] = []
    for found in _newest_first(bench):
        if exam_phase is not None and not _is_of(found, exam_phase, session):
            continue
        if isinstance(found, Path) or found.sheet.provenance.partial:
            others.append(found)
            continue
        wholes.append(found)
        if not found.sheet.provenance.source:  # what comes now was observed before
            break
    if not wholes:
        raise _no_whole_run(bench, others, exam_phase)
    observed = max(one.observed for one in wholes)
    same = [one for one in wholes if one.observed == observed]
    wanted = [one for one in same if one.sheet.mode is mode] or same
    newer = tuple(_run_of(one) for one in others if _run_of(one).name > observed)
    return Judged(wanted[0].run, read_judged(wanted[0].run).sheet, newer)


def list_phases(bench: int, session: str) -> tuple[Judged, ...]:
    """Return the newest whole run of each phase of a session, the first phase first.

    StoreError when no phase has one.
    """
    judged = [found for found in _newest_first(bench) if isinstance(found, Judged)]
    stamps = [one.sheet.provenance.stamp for one in judged if not one.sheet.provenance.partial]
    phases = sorted({one.exam_phase for one in stamps if one and one.session == session})
    return tuple(choose_run(bench, None, phase, session) for phase in phases or (1,))


def _newest_first(bench: int) -> Iterator[Judged | Path]:
    """Yield the runs of a bench: judged, or collected to their end only."""
    for run in list_runs(bench):
        if (run / SHEET).exists():
            yield Judged(run, read_sheet(run))
        elif (run / "evidence/journal.jsonl").exists():
            yield run


def _is_of(found: Judged | Path, exam_phase: int, session: str) -> bool:
    """Tell whether a run was observed in a phase of the exam, of a session if named."""
    stamp = read_stamp(found) if isinstance(found, Path) else found.sheet.provenance.stamp
    if stamp is None:
        return False
    return stamp.exam_phase == exam_phase and session in ("", stamp.session)


def read_stamp(run: Path) -> ExamStamp | None:
    """Return where in which session the evidence of a run was collected, None outside any."""
    records = read_journal(run / "evidence").records
    found = records[0].get("session") if records else None
    try:
        return ExamStamp(**found) if isinstance(found, dict) else None
    except TypeError:  # forged: it is of no session
        return None


def find_runs(session: str, bench: int) -> tuple[Path, ...]:
    """Return the runs of a bench that were observed in a session, those judged anew among them."""
    return tuple(run for run in list_runs(bench) if _belongs(run, session))


def _belongs(run: Path, session: str) -> bool:
    try:
        if (run / "evidence").is_dir():
            stamp = read_stamp(run)
        else:
            stamp = read_sheet(run).provenance.stamp if (run / SHEET).exists() else None
    except StoreError:  # never brought to its end: nothing was concluded from it
        return False
    return stamp is not None and stamp.session == session


def _run_of(found: Judged | Path) -> Path:
    return found if isinstance(found, Path) else found.run


def _no_whole_run(
    bench: int, others: list[Judged | Path], exam_phase: int | None = None
) -> StoreError:
    if not others and exam_phase is not None:
        said = _("le banc %(bench)02d n'a aucun relevé de la phase %(number)d")
        values = {"bench": bench, "number": exam_phase}
        return StoreError(said % values, hint=f"labctl report {bench}")
    if not others:
        said = _("le banc %(bench)02d n'a aucun relevé")
        return StoreError(said % {"bench": bench}, hint=f"labctl grade {bench}")
    if isinstance(others[0], Path):
        said = _("le relevé « %(run)s » n'a pas été jugé")
        return StoreError(said % {"run": others[0]}, hint=f"labctl grade --from {others[0]}")
    said = _("le banc %(bench)02d n'a aucun relevé entier, seulement des relevés partiels")
    return StoreError(said % {"bench": bench}, hint=f"labctl report --from {others[0].run}")

"""Write reports of judged runs: nothing is asked of any machine, and nothing is judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.collect.exhibits import read_dossier
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.paths import runs_dir
from labctl.grade.model import Blocked, GradeSheet, Mode
from labctl.grade.sheet import with_blocked, without_points
from labctl.pipeline.runs import SHEET, Judged, choose_run, find_evidence, read_judged
from labctl.reports.registry import load


@dataclass(frozen=True, slots=True)
class Reported:
    """The files that were written, and the run that each bench's are of."""

    files: tuple[Path, ...]
    runs: tuple[Judged, ...]


def write_reports(  # noqa: PLR0913  # what the verb lets choose
    benches: Sequence[int],
    source: Path | None,
    mode: Mode | None,
    blocked: Blocked | None,
    formats: Sequence[str],
    output: Path | None,
    *,
    exam_phase: int | None = None,
) -> Reported:
    """Write each format of the sheets of runs; ``mode`` is that of the sheets when not named.

    ``exam_phase`` asks for the newest run of that phase.
    ``blocked`` counts the points of training another way than the sheets do.

    They go to ``output``, else to the folder of a single run, else to ``salle/`` of the runs.
    """
    if source is None and not benches:
        raise UsageError(
            _("dites quels bancs imprimer"), hint=_("numéros de bancs, ou --from DOSSIER")
        )
    writers = [load(name) for name in formats]
    if source is None:
        judged = tuple(choose_run(bench, mode, exam_phase) for bench in benches)
    else:
        if not (source / SHEET).exists():
            find_evidence(source)  # or there is no run at all
        judged = (read_judged(source),)
    sheets = [_count(_in_mode(one, mode), blocked) for one in judged]
    folder = output or (judged[0].run if len(judged) == 1 else runs_dir() / "salle")
    files = [path for writer in writers for path in writer.write(sheets, folder)]
    if "html" in formats:
        files += _write_proofs(judged, sheets, folder)
    return Reported(tuple(files), judged)


def _write_proofs(
    judged: Sequence[Judged], sheets: Sequence[GradeSheet], folder: Path
) -> Iterator[Path]:
    """Write the page that the numbers of each grille lead to, where its evidence is still there."""
    from labctl.reports.html import MOST_OF_AN_ANSWER, write_proofs

    for one, sheet in zip(judged, sheets, strict=True):
        if (one.holder / "evidence").is_dir():
            yield write_proofs(sheet, read_dossier(one.holder, None, MOST_OF_AN_ANSWER), folder)


def _count(sheet: GradeSheet, blocked: Blocked | None) -> GradeSheet:
    if blocked is None or sheet.mode is Mode.EXAM:
        return sheet
    return with_blocked(sheet, blocked)


def _in_mode(judged: Judged, mode: Mode | None) -> GradeSheet:
    """Return a sheet in a mode: points can be left out, and never be added."""
    sheet = judged.sheet
    if mode in (None, sheet.mode):
        return sheet
    if mode is Mode.EXAM:
        return without_points(sheet)
    raise UsageError(
        _("le relevé « %(run)s » a été jugé en mode examen : il n'a pas de points")
        % {"run": judged.run},
        hint=f"labctl grade --from {judged.run} --mode formation",
    )

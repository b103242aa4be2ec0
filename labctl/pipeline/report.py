"""Write reports from evidence: nothing is asked of any machine."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from labctl.collect.exhibits import read_dossier
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.paths import runs_dir
from labctl.grade.model import GradeSheet
from labctl.pipeline.observe import Choice, find_runs, grade
from labctl.reports.registry import load


def write_reports(
    benches: Sequence[int],
    source: Path | None,
    choice: Choice,
    formats: Sequence[str],
    output: Path | None,
) -> tuple[Path, ...]:
    """Judge the runs again and write each format; return the files.

    They go to ``output``, else beside the evidence of a single run, else to ``salle/`` of the runs.
    """
    if source is None and not benches:
        raise UsageError(
            _("dites quels bancs imprimer"), hint=_("numéros de bancs, ou --from DOSSIER")
        )
    writers = [load(name) for name in formats]
    runs = find_runs(benches, source)
    sheets = [one.sheet for one in grade(runs, choice)]
    folder = output or (runs[0] if len(runs) == 1 else runs_dir() / "salle")
    written = [path for writer in writers for path in writer.write(sheets, folder)]
    if "html" in formats:
        written += _write_proofs(runs, sheets, folder)
    return tuple(written)


def _write_proofs(
    runs: Sequence[Path], sheets: Sequence[GradeSheet], folder: Path
) -> Iterator[Path]:
    """Write the page that the numbers of each grille lead to."""
    from labctl.reports.html import MOST_OF_AN_ANSWER, write_proofs

    for run, sheet in zip(runs, sheets, strict=True):
        yield write_proofs(sheet, read_dossier(run, None, MOST_OF_AN_ANSWER), folder)

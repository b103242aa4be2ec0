"""How learners did, from the runs on disk: nothing is asked of any machine."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from labctl.core.errors import StoreError, UsageError
from labctl.core.i18n import _
from labctl.core.paths import runs_dir
from labctl.grade.model import GradeSheet, Mode
from labctl.grade.progress import GroupProgress, follow
from labctl.pipeline.place import list_runs
from labctl.pipeline.runs import SHEET, read_sheet
from labctl.reports.progress import write_page, write_workbook
from labctl.reports.registry import write_formats

WRITERS = {"html": ("progression.html", write_page), "xlsx": ("progression.xlsx", write_workbook)}


def read_progress(group: str) -> GroupProgress:
    """Return how a group did; UsageError, naming the groups there are, when nobody is in it.

    Of a run that was judged several times, the last judgement counts.
    """
    sheets = tuple(_list_sheets())
    found = follow(sheets, group)
    if not found.learners:
        groups = sorted({sheet.learner.group for sheet in sheets if sheet.learner})
        known = ", ".join(name for name in groups if name) or "–"
        said = (
            _("aucun relevé d'un apprenant du groupe « %(group)s »")
            if group
            else _("aucun relevé d'un apprenant : nommez les bancs par labctl up --roster")
        )
        hint = _("groupes connus : %(known)s") % {"known": known}
        raise UsageError(said % {"group": group} if group else said, hint=hint)
    return found


def write_progress(found: GroupProgress, formats: Iterable[str], folder: Path) -> tuple[Path, ...]:
    """Write the progress in the named formats; UsageError, naming the known ones, for others."""
    return write_formats(found, WRITERS, formats, folder)


def _list_sheets() -> Iterator[GradeSheet]:
    """Yield the last training sheet of each observation; a damaged one is left out."""
    for folder in sorted(runs_dir().glob("[0-9][0-9]")):
        seen: set[str] = set()
        for run in list_runs(int(folder.name)):
            if not (run / SHEET).exists():
                continue
            try:
                sheet = read_sheet(run)
            except StoreError:
                continue
            observed = Path(sheet.provenance.source).name or run.name
            if sheet.mode is Mode.TRAINING and observed not in seen:
                seen.add(observed)
                yield sheet

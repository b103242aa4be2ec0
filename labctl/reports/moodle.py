"""The marks of training as Moodle imports them: a learner a line, a competence a column.

Moodle, « Grade import », CSV import: UTF-8, commas, a line of names, one column mapped to the ID
number of the user, and marks of 100 at most with a point. Its importer (``grade/import/csv``) takes
« - » for no mark at all, which is not a zero.
"""

import csv
import io
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.store import write_bytes
from labctl.core.untrusted import one_line
from labctl.grade.model import CompetencySheet, GradeSheet
from labctl.reports.csv_report import disarm
from labctl.reports.rows import is_training

NO_MARK = "-"
WHOLE, TENTH = Decimal(100), Decimal("0.1")


class MoodleReport:
    """Writer of ``moodle.csv``."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write the file; UsageError in an exam, or for a bench whose learner has no number."""
        _refuse(sheets)
        titles = {
            part.number: one_line(f"{part.number}. {part.title}")
            for sheet in sheets
            for part in sheet.competencies
        }
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(["idnumber", *map(disarm, titles.values())])
        for sheet in sheets:
            marks = {part.number: _mark(part) for part in sheet.competencies}
            number = sheet.learner.number if sheet.learner else ""
            writer.writerow([disarm(number), *(marks.get(one, NO_MARK) for one in titles)])
        path = folder / "moodle.csv"
        write_bytes(path, text.getvalue().encode(), mode=0o600)
        return (path,)


def _refuse(sheets: Sequence[GradeSheet]) -> None:
    if not is_training(sheets):
        raise UsageError(_("en mode examen il n'y a pas de note à donner à Moodle"))
    nameless = [sheet.bench for sheet in sheets if not (sheet.learner and sheet.learner.number)]
    if nameless:
        said = _("bancs sans identifiant d'apprenant : %(benches)s")
        hint = _("labctl up --roster, une liste avec une colonne « identifiant », puis grade")
        raise UsageError(said % {"benches": ", ".join(map(str, nameless))}, hint=hint)


def _mark(part: CompetencySheet) -> str:
    """Return what was earned of what could be judged, of 100; « - » where nothing could."""
    points = part.points
    if points is None or points.maximum - points.pending <= 0:
        return NO_MARK
    mark = WHOLE * points.awarded / (points.maximum - points.pending)
    return str(mark.quantize(TENTH, ROUND_HALF_UP))

"""The marks of training as Moodle imports them: a learner a line, a competence a column.

Where there were incidents they have a column of their own: their points are of no competence.

Moodle, « Grade import », CSV import: UTF-8, commas, a line of names, one column mapped to the ID
number of the user, and marks of 100 at most with a point. Its importer (``grade/import/csv``) takes
« - » for no mark at all, which is not a zero.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.store import write_bytes
from labctl.core.untrusted import one_line
from labctl.grade.model import GradeSheet, Points
from labctl.reports.csv_report import disarm
from labctl.reports.rows import is_training

NO_MARK = "-"
WHOLE, TENTH = Decimal(100), Decimal("0.1")


class MoodleReport:
    """Writer of ``moodle.csv``."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write the file; UsageError in an exam, or for a learner of no number or two benches."""
        _refuse(sheets)
        titles = {
            part.number: one_line(f"{part.number}. {part.title}")
            for sheet in sheets
            for part in sheet.competencies
        }
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        more = [_("Pannes")] if any(sheet.incidents for sheet in sheets) else []
        writer.writerow(["idnumber", *map(disarm, titles.values()), *more])
        for sheet in sheets:
            marks = {part.number: _mark([part.points]) for part in sheet.competencies}
            broken = [_mark(one.points for one in sheet.own_incidents)] if more else []
            number = sheet.learner.number if sheet.learner else ""
            writer.writerow([disarm(number), *(marks.get(one, NO_MARK) for one in titles), *broken])
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
    for sheet in sheets:
        number = sheet.learner.number if sheet.learner else ""
        same = [one.bench for one in sheets if one.learner and one.learner.number == number]
        if len(same) > 1:
            said = _("l'apprenant « %(number)s » a un relevé à plusieurs bancs : %(benches)s")
            values = {"number": one_line(number), "benches": ", ".join(map(str, same))}
            raise UsageError(said % values, hint=_("ne nommez que le banc de son dernier relevé"))


def _mark(points: Iterable[Points | None]) -> str:
    """Return what was earned of what could be judged, of 100; « - » where nothing could."""
    known = [one for one in points if one is not None]
    judged = sum((one.maximum - one.pending for one in known), Decimal(0))
    if judged <= 0:
        return NO_MARK
    mark = WHOLE * sum((one.awarded for one in known), Decimal(0)) / judged
    return str(mark.quantize(TENTH, ROUND_HALF_UP))

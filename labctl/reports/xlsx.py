"""The class in a workbook: a bench a row, a critère a column, details and open questions apart."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from labctl.core.i18n import _
from labctl.core.store import write_bytes
from labctl.core.untrusted import one_line
from labctl.core.verdict import Verdict
from labctl.grade.model import GradeSheet
from labctl.reports.rows import each_row, is_training, name_bench, observed_criteria, tally

FILLS = {
    Verdict.CONFORM: "D7EFDC",
    Verdict.NON_CONFORM: "F8D7D4",
    Verdict.UNVERIFIABLE: "FFF1C9",
    Verdict.BLOCKED: "E4E4E9",
    Verdict.NOT_APPLICABLE: "FFFFFF",
}


_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What a workbook takes for the code of a character (ECMA-376, 22.9.2.19), such as ``_x202E_``."""


class XlsxReport:
    """Writer of ``classe.xlsx``."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write the workbook; the sheet of points exists in training only."""
        book = Workbook()
        book.remove(book.worksheets[0])
        _summary(book.create_sheet(_("Synthèse")), sheets)
        _details(book.create_sheet(_("Constats")), sheets, tuple(Verdict))
        _details(book.create_sheet(_("Non vérifiable")), sheets, (Verdict.UNVERIFIABLE,))
        if is_training(sheets):
            _points(book.create_sheet(_("Points")), sheets)
        content = BytesIO()
        book.save(content)
        path = folder / "classe.xlsx"
        write_bytes(path, content.getvalue(), mode=0o644)
        return (path,)


def _summary(page: Any, sheets: Sequence[GradeSheet]) -> None:
    criteria = observed_criteria(sheets)
    _row(
        page,
        (_("Banc"), _("Variante"), _("Société"), *criteria, *(_(v.value) for v in Verdict)),
        bold=True,
    )
    for sheet in sheets:
        by_id = {item.id: item for part in sheet.competencies for item in part.criteria}
        cells = [tally(by_id[name].verdicts) if name in by_id else "" for name in criteria]
        counts = [sheet.counts.get(verdict.value, 0) for verdict in Verdict]
        _row(page, (name_bench(sheet), sheet.variant, sheet.company, *cells, *counts))
    _widths(page, (7, 9, 28, *(8 for _name in criteria), *(14 for _v in Verdict)))


def _details(page: Any, sheets: Sequence[GradeSheet], wanted: Sequence[Verdict]) -> None:
    head = (
        _("Banc"),
        _("Critère"),
        _("Contrôle"),
        _("Libellé"),
        _("Verdict"),
        _("Motif"),
        _("Attendu"),
        _("Constaté"),
    )
    _row(page, head, bold=True)
    for row in each_row(sheets):
        verdict = row.verdict
        if verdict.verdict not in wanted:
            continue
        cells = (
            name_bench(row.sheet),
            row.criterion.id,
            verdict.check,
            verdict.label,
            _(verdict.verdict.value),
            verdict.message,
            verdict.expected,
            verdict.found,
        )
        _row(page, cells, fill=FILLS[verdict.verdict])
    _widths(page, (7, 9, 10, 44, 16, 60, 36, 36))


def _points(page: Any, sheets: Sequence[GradeSheet]) -> None:
    _row(page, (_("Banc"), _("Compétence"), _("Acquis"), _("En attente"), _("Maximum")), bold=True)
    for sheet in sheets:
        for part in sheet.competencies:
            if part.points is not None and part.points.maximum:
                values = (part.points.awarded, part.points.pending, part.points.maximum)
                _row(page, (name_bench(sheet), f"{part.number}. {part.title}", *values))
    _widths(page, (7, 70, 10, 12, 10))


def _row(page: Any, cells: Iterable[object], *, bold: bool = False, fill: str = "") -> None:
    number = page.max_row + 1 if page.cell(1, 1).value is not None else 1
    for column, value in enumerate(cells, start=1):
        cell = page.cell(number, column)
        if isinstance(value, str):
            cell.value = _LOOKS_ESCAPED.sub("_x005F_", one_line(value))
            cell.data_type = "s"  # a text that starts with = stays a text
        else:
            cell.value = value
        cell.font = Font(bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if fill:
            cell.fill = PatternFill("solid", start_color=fill)
    page.freeze_panes = "A2"


def _widths(page: Any, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width

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
from labctl.reports.rows import (
    Row,
    each_row,
    is_training,
    name_bench,
    observed_criteria,
    tally,
)

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
    head = (_("Banc"), _("Variante"), _("Société"), *criteria, *(_(v.value) for v in Verdict))
    rows = []
    for sheet in sheets:
        by_id = {item.id: item for part in sheet.competencies for item in part.criteria}
        cells = [tally(by_id[name].verdicts) if name in by_id else "" for name in criteria]
        counts = [sheet.counts.get(verdict.value, 0) for verdict in Verdict]
        rows.append(((name_bench(sheet), sheet.variant, sheet.company, *cells, *counts), ""))
    _write(page, head, rows)
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
    shown = (row for row in each_row(sheets) if row.verdict.verdict in wanted)
    _write(page, head, ((_cells(row), FILLS[row.verdict.verdict]) for row in shown))
    _widths(page, (7, 9, 10, 44, 16, 60, 36, 36))


def _cells(row: Row) -> tuple[str, ...]:
    verdict = row.verdict
    return (
        name_bench(row.sheet),
        row.criterion.id,
        verdict.check,
        verdict.label,
        _(verdict.verdict.value),
        verdict.message,
        verdict.expected,
        verdict.found,
    )


def _points(page: Any, sheets: Sequence[GradeSheet]) -> None:
    head = (_("Banc"), _("Compétence"), _("Acquis"), _("En attente"), _("Maximum"))
    rows = []
    for sheet in sheets:
        for part in sheet.competencies:
            if part.points is not None and part.points.maximum:
                values = (part.points.awarded, part.points.pending, part.points.maximum)
                rows.append(((name_bench(sheet), f"{part.number}. {part.title}", *values), ""))
    _write(page, head, rows)
    _widths(page, (7, 70, 10, 12, 10))


def _write(page: Any, head: Iterable[object], rows: Iterable[tuple[Iterable[object], str]]) -> None:
    """Write a table, each row with its colour; on paper it is as wide as a page."""
    _row(page, 1, head, bold=True)
    for number, (cells, fill) in enumerate(rows, start=2):
        _row(page, number, cells, fill=fill)
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = page.ORIENTATION_LANDSCAPE
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _row(
    page: Any, number: int, cells: Iterable[object], *, bold: bool = False, fill: str = ""
) -> None:
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


def _widths(page: Any, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width

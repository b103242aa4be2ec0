"""The class in a workbook: a bench a row, a critère a column, details and open questions apart."""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from labctl.core.i18n import _, say_moment
from labctl.core.incident import Told
from labctl.core.store import write_bytes
from labctl.core.untrusted import one_line
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import ASSISTED, GradeSheet
from labctl.grade.sheet import is_helped
from labctl.reports.incident_rows import (
    TOLD_SIGNS,
    list_hints,
    list_lines,
    list_moments,
    say_points,
    say_remark,
    say_windows,
)
from labctl.reports.rows import (
    HELPED,
    NOT_OBSERVED,
    SIGNS,
    Row,
    each_row,
    each_unread,
    is_training,
    list_notices,
    name_isolation,
    name_machines,
    observed_criteria,
    tally,
)
from labctl.reports.synthesis import list_topics, name_checks
from labctl.spec.incident import LINE_WORDS

FILLS = {
    Verdict.CONFORM: "D7EFDC",
    Verdict.NON_CONFORM: "F8D7D4",
    Verdict.UNVERIFIABLE: "FFF1C9",
    Verdict.BLOCKED: "E4E4E9",
    Verdict.NOT_APPLICABLE: "FFFFFF",
}
TOLD_FILLS = {
    Told.YES: FILLS[Verdict.CONFORM],
    Told.NO: FILLS[Verdict.NON_CONFORM],
    Told.UNKNOWN: FILLS[Verdict.UNVERIFIABLE],
    None: FILLS[Verdict.NOT_APPLICABLE],
}
ACCENT = "0B4F6C"
"""Behind the names of the columns, as on the grille."""
MOST_OF_A_TEXT = 600
"""Characters of one cell: no line is taller than a screen."""
SIMULATED = 27
"""Characters of « 07 (poste simulé) », in the language that needs most."""

_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What a workbook takes for the code of a character (ECMA-376, 22.9.2.19), such as ``_x202E_``."""


class XlsxReport:
    """Writer of ``classe.xlsx``."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write the workbook; the sheet of points exists in training only."""
        sheets = tuple(map(name_machines, sheets))
        book = Workbook()
        book.properties.creator = "labctl"
        book.remove(book.worksheets[0])
        _summary(book.create_sheet(_("Synthèse")), sheets)
        _notices(book.create_sheet(_("À savoir")), sheets)
        _topics(book.create_sheet(_("À aborder")), sheets)
        _details(book.create_sheet(_("Constats")), sheets, tuple(Verdict))
        _details(book.create_sheet(_("Non vérifiable")), sheets, (Verdict.UNVERIFIABLE,))
        if any(True for sheet in sheets for _one in each_unread(sheet)):
            _unread(book.create_sheet(_("Non observé")), sheets)
        if any(sheet.incidents for sheet in sheets):
            _incidents(book.create_sheet(_("Pannes")), sheets)
        if is_training(sheets):
            _points(book.create_sheet(_("Points")), sheets)
        for page in book.worksheets:
            _set_up(page, sheets[0])
        content = BytesIO()
        book.save(content)
        path = folder / "classe.xlsx"
        write_bytes(path, content.getvalue(), mode=0o644)
        return (path,)


def _summary(page: Any, sheets: Sequence[GradeSheet]) -> None:
    criteria = observed_criteria(sheets)
    counted = [verdict.value for verdict in Verdict]
    if any(sheet.counts.get(ASSISTED) for sheet in sheets):
        counted.append(ASSISTED)
    named = any(sheet.learner for sheet in sheets)
    columns = {
        **({_("Apprenant"): 26} if named else {}),
        _("Variante"): 10,
        _("Client"): 26,
        **dict.fromkeys(criteria, 7),
        **{_(name): 12 for name in counted},
        _("Isolation"): 20,
        _("Relevé le"): 24,
        _("Empreinte des preuves"): 22,
    }
    _head(page, sheets, columns)
    for sheet in sheets:
        by_id = {item.id: item for part in sheet.competencies for item in part.criteria}
        cells = [tally(by_id[name].verdicts) if name in by_id else "" for name in criteria]
        counts = [sheet.counts.get(name, 0) for name in counted]
        about = (
            name_isolation(sheet),
            say_moment(sheet.collected_at),
            sheet.evidence_head[:16],
        )
        who = [sheet.learner.name if sheet.learner else ""] if named else []
        _row(page, sheet, (*who, sheet.variant, sheet.company, *cells, *counts, *about))


def _notices(page: Any, sheets: Sequence[GradeSheet]) -> None:
    """Write what a reader must know of a run before its facts: who helped, what is missing."""
    _head(page, sheets, {_("À savoir"): 120})
    for sheet in sheets:
        for notice in list_notices(sheet):
            _row(page, sheet, (notice,))


def _details(page: Any, sheets: Sequence[GradeSheet], wanted: Sequence[Verdict]) -> None:
    columns = {
        _("Critère"): 12,
        _("Contrôle"): 12,
        _("Libellé"): 44,
        _("Verdict"): 18,
        _("Motif"): 50,
        _("Attendu"): 50,
        _("Constaté"): 50,
        _("Preuve"): 16,
    }
    _head(page, sheets, columns)
    for row in each_row(sheets):
        verdict = row.verdict
        if verdict.verdict not in wanted:
            continue
        what = (row.criterion.id, verdict.check, verdict.label, _say(verdict))
        why = (_say_blockers(row) or verdict.message, verdict.expected, verdict.found)
        proofs = " ".join(f"#{seq}" for seq in dict.fromkeys(ref.seq for ref in verdict.evidence))
        cells = _row(page, row.sheet, (*what, *why, proofs))
        cells[len(what)].fill = _fill(verdict)
    page.auto_filter.ref = page.dimensions


def _fill(verdict: CheckVerdict) -> PatternFill:
    shown = Verdict.BLOCKED if is_helped(verdict) else verdict.verdict
    return PatternFill("solid", start_color=FILLS[shown])


def _say(verdict: CheckVerdict) -> str:
    if is_helped(verdict):
        return " ".join((HELPED, _(ASSISTED)))
    said = " ".join((SIGNS[verdict.verdict], _(verdict.verdict.value)))
    return said + " (" + _(ASSISTED) + ")" if verdict.assisted else said


def _say_blockers(row: Row) -> str:
    """Return what blocks a check, each with its label: an id alone says nothing."""
    labels = name_checks(row.sheet)
    named = [f"{name} {labels.get(name, '')}".strip() for name in row.verdict.blocked_by]
    return " ".join((_("bloqué par :"), ", ".join(named))) if named else ""


def _topics(page: Any, sheets: Sequence[GradeSheet]) -> None:
    """Write what to ask each candidate about, and the checks that could not be judged for it."""
    columns = {
        _("Critère"): 12,
        _("Contrôle"): 12,
        _("Libellé"): 70,
        _("Verdict"): 18,
        _("Bloque"): 40,
    }
    _head(page, sheets, columns)
    for sheet in sheets:
        for topic in list_topics(sheet):
            verdict = topic.verdict
            what = (verdict.criterion, verdict.check, verdict.label, _say(verdict))
            cells = _row(page, sheet, (*what, " ".join(topic.blocks)))
            cells[len(what)].fill = _fill(verdict)


def _unread(page: Any, sheets: Sequence[GradeSheet]) -> None:
    """Write what the cahier asks and no check reads: the jury alone may look at it."""
    _head(page, sheets, {_("Critère"): 12, _(NOT_OBSERVED): 80, _("Clé du cahier"): 44})
    for sheet in sheets:
        for criterion, one in each_unread(sheet):
            _row(page, sheet, (criterion, one.label, one.key))


def _incidents(page: Any, sheets: Sequence[GradeSheet]) -> None:
    """Write what became of each incident, a column for each line: they are never one verdict."""
    columns = {
        _("Ticket"): 7,
        _("Panne"): 8,
        _("Libellé"): 36,
        _("Critères"): 12,
        _("Injectée"): 13,
        _("Symptôme observé"): 13,
        _("Réparée"): 20,
        **{_(words): 13 for words in LINE_WORDS.values()},
        _("À savoir"): 36,
        _("Motif"): 44,
        _("Indices pris"): 24,
        _("Fenêtres ouvertes"): 24,
        **({_("Points"): 12} if is_training(sheets) else {}),
    }
    _head(page, sheets, columns)
    for sheet in sheets:
        for one in sheet.incidents:
            rows, moments = list_lines(one), [when for _what, when in list_moments(one)][:3]
            about = (one.ticket, one.id, one.title, ", ".join(one.criteria), *moments)
            told = [" ".join((TOLD_SIGNS[row.told] if row.told else "–", row.said)) for row in rows]
            why = " ; ".join(reason for row in rows for reason in row.reasons)
            more = (say_remark(one), why, " ; ".join(list_hints(one)), say_windows(one))
            points = [say_points(one)] if is_training(sheets) else []
            cells = _row(page, sheet, (*about, *told, *more, *points))
            for cell, row in zip(cells[len(about) + 1 :], rows, strict=False):
                cell.fill = PatternFill("solid", start_color=TOLD_FILLS[row.told])


def _points(page: Any, sheets: Sequence[GradeSheet]) -> None:
    columns = {_("Compétence"): 70, _("Acquis"): 10, _("En attente"): 13, _("Maximum"): 13}
    columns[_("Points bloqués")] = 16
    _head(page, sheets, columns)
    for sheet in sheets:
        for part in sheet.competencies:
            if part.points is not None and part.points.maximum:
                points = (part.points.awarded, part.points.pending, part.points.maximum)
                how = _(sheet.blocked.value)
                cells = _row(page, sheet, (f"{part.number}. {part.title}", *points, how))
                for cell in cells[2:-1]:
                    cell.number_format = "0.0"


def _head(page: Any, sheets: Sequence[GradeSheet], columns: Mapping[str, int]) -> None:
    """Write the names of the columns, that of the bench first, each as wide as it must be."""
    is_simulated = any(sheet.is_simulated for sheet in sheets)
    widths = {_("Banc"): SIMULATED if is_simulated else 7, **columns}
    for cell, width in zip(write_cells(page, 1, widths), widths.values(), strict=True):
        page.column_dimensions[cell.column_letter].width = width
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=ACCENT)


def _row(page: Any, sheet: GradeSheet, values: Iterable[object]) -> list[Any]:
    """Write a line of a bench below the others, and return its cells."""
    cells = write_cells(page, page.max_row + 1, (sheet.bench, *values))
    cells[0].number_format = _bench_format(sheet)
    cells[0].alignment = Alignment(horizontal="left", vertical="top")
    return cells


def _bench_format(sheet: GradeSheet) -> str:
    """Return how the number of a bench is shown, and that its workstation is a simulation."""
    said = _("poste simulé")
    return f'00" ({said})"' if sheet.is_simulated else "00"


def write_cells(page: Any, number: int, values: Iterable[object]) -> list[Any]:
    """Write a row of values that no spreadsheet takes for a formula, and return its cells."""
    cells = []
    for column, value in enumerate(values, start=1):
        cell = page.cell(number, column)
        if isinstance(value, str):
            cell.value = _LOOKS_ESCAPED.sub("_x005F_", one_line(value, MOST_OF_A_TEXT))
            cell.data_type = "s"  # a text that starts with = stays a text
            cell.quotePrefix = True  # and after somebody edits it
        else:
            cell.value = value
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cells.append(cell)
    return cells


def _set_up(page: Any, sheet: GradeSheet) -> None:
    """Keep names in sight on a screen; on paper, be as wide as a page and number it."""
    page.freeze_panes = "B2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = page.ORIENTATION_LANDSCAPE
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    title = one_line(sheet.title, 100).replace("&", "&&")  # what an & begins is an order
    mode = " ".join((_("mode"), _(sheet.mode.value)))
    page.oddFooter.left.text = f"{title} · {mode}"
    page.oddFooter.center.text = page.title
    page.oddFooter.right.text = "&P / &N"

"""How learners did over time: a page with a heat map each, and a workbook."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from labctl.core.i18n import _, say_moment, short_moment
from labctl.core.store import write_bytes
from labctl.core.untrusted import one_line
from labctl.grade.progress import Cell, GroupProgress, Progress
from labctl.reports.html import open_environment
from labctl.reports.incident_rows import say_duration
from labctl.reports.xlsx import ACCENT, write_cells

STEPS = ("F8D7D4", "FBE3C8", "FFF1C9", "E3F1CF", "D7EFDC")
"""From nothing achieved to all of it; a cell says its numbers too, never its colour alone."""
UNTOLD = "E4E4E9"
MOST_OF_A_TITLE = 31
"""Characters of the name of a worksheet."""


def shade(cell: Cell | None) -> str:
    """Return the colour of a cell, as six digits."""
    if cell is None or cell.share is None:
        return UNTOLD
    return STEPS[-1] if cell.is_whole else STEPS[min(3, int(cell.share * 4))]


def say_cell(cell: Cell | None) -> str:
    """Return ``3/5``, with ``?`` where something could not be judged; « – » where all of it."""
    if cell is None:
        return ""
    if not cell.judged:
        return "–"
    return f"{cell.achieved}/{cell.judged}" + ("?" if cell.untold else "")


def write_page(found: GroupProgress, path: Path) -> None:
    """Write a page: the group first, then a heat map for each learner."""
    environment = open_environment()
    environment.filters.update(
        shade=shade,
        say_cell=say_cell,
        short_moment=short_moment,
        duration=say_duration,
        best=say_best,
    )
    text = environment.get_template("progression.html.j2").render(found=found, steps=STEPS)
    write_bytes(path, text.encode("utf-8", "replace"), mode=0o600)


def write_workbook(found: GroupProgress, path: Path) -> None:
    """Write a workbook: the last run of each learner, then a sheet for each."""
    book = Workbook()
    book.properties.creator = "labctl"
    book.remove(book.worksheets[0])
    _summary(book.create_sheet(_("Synthèse")), found)
    for rank, one in enumerate(found.learners, start=1):
        bare = "".join(char for char in one_line(one.learner.name) if char not in "[]:*?/\\'")
        title = f"{rank} {bare}"[:MOST_OF_A_TITLE].strip()
        _learner(book.create_sheet(title), found, one)
    if found.incidents:
        _incidents(book.create_sheet(_("Pannes")), found)
    content = BytesIO()
    book.save(content)
    write_bytes(path, content.getvalue())


def _summary(page: Any, found: GroupProgress) -> None:
    numbers = [number for number, _wording in found.criteria]
    _head(page, [_("Apprenant"), _("Relevés"), _("Dernier"), _("Acquis"), *numbers])
    for row, one in enumerate(found.learners, start=2):
        last = one.attempts[-1]
        about = (one.learner.name, len(one.attempts), say_moment(last.collected_at), last.achieved)
        cells = [last.cells.get(number) for number in numbers]
        _fill(write_cells(page, row, (*about, *map(say_cell, cells)))[len(about) :], cells)
    page.column_dimensions["A"].width = 30
    page.column_dimensions["C"].width = 26


def _learner(page: Any, found: GroupProgress, one: Progress) -> None:
    moments = [say_moment(attempt.collected_at) for attempt in one.attempts]
    _head(page, [_("Critère"), _("Libellé"), *moments])
    for row, (number, wording) in enumerate(found.criteria, start=2):
        cells = [attempt.cells.get(number) for attempt in one.attempts]
        _fill(write_cells(page, row, (number, wording, *map(say_cell, cells)))[2:], cells)
    page.column_dimensions["B"].width = 70


def _incidents(page: Any, found: GroupProgress) -> None:
    """Write the best time of each learner for each incident, that of the group first."""
    names = [one.learner.name for one in found.learners]
    _head(page, [_("Panne"), _("Libellé"), _("Meilleur temps du groupe"), *names])
    for row, (name, title) in enumerate(found.incidents, start=2):
        own = [say_best(one, name) for one in found.learners]
        write_cells(page, row, (name, title, say_duration(found.best(name)), *own))
    page.column_dimensions["B"].width = 70
    page.column_dimensions["C"].width = 26


def say_best(one: Progress, incident: str) -> str:
    """Return the best time of a learner for an incident, empty where there is none."""
    return say_duration(one.best[incident]) if incident in one.best else ""


def _head(page: Any, names: Sequence[str]) -> None:
    for cell in write_cells(page, 1, names):
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=ACCENT)
    page.freeze_panes = "B2"


def _fill(written: Sequence[Any], cells: Sequence[Cell | None]) -> None:
    for place, cell in zip(written, cells, strict=True):
        if cell is not None:
            place.fill = PatternFill("solid", start_color=shade(cell))

"""A document as a spreadsheet, OpenDocument or Office Open XML: always the same bytes.

A cell of a table is a cell, any other block a row; where the paper has a place to write, the cell
is empty.
"""

import re
from collections.abc import Iterator
from io import BytesIO

from odfdo import Cell, Document, Row, Table
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from labctl.reports.printed.blocks import PLACES, Block, Grid, Heading, Listing, Picture, Words
from labctl.reports.printed.document import Page
from labctl.reports.printed.odt import date_document, pack_document, repack

Line = tuple[tuple[str, ...], bool]
"""The texts of a row, and whether it is a title."""
_WIDEST = 40
_WHEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_SHEET = "Feuille"


def write_ods(page: Page) -> bytes:
    """Return a document as ODS."""
    document = Document("spreadsheet")
    table = Table(_SHEET)
    for texts, _is_title in list_lines(page):
        row = Row()
        for text in texts:
            row.append(Cell(text or None))
        table.append(row)
    document.body.clear()
    document.body.append(table)
    date_document(document, page)
    return pack_document(document)


def write_xlsx(page: Page) -> bytes:
    """Return a document as XLSX."""
    book, saved = Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet.title = _SHEET
    book.properties.creator = "labctl"
    moment = f"{page.day.isoformat()}T00:00:00Z"
    for number, (texts, is_title) in enumerate(list_lines(page), start=1):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(number, column, text or None)
            cell.font = Font(bold=is_title)
    for number, cells in enumerate(sheet.iter_cols(), start=1):
        longest = max(len(str(cell.value or "")) for cell in cells)
        sheet.column_dimensions[get_column_letter(number)].width = min(_WIDEST, longest + 2)
    book.save(saved)
    stamp = rb"\g<1>" + moment.encode()
    return repack(saved, lambda content: _WHEN.sub(stamp, content))


def list_lines(page: Page) -> Iterator[Line]:
    """Yield the rows of a document: its title, its frame, its blocks."""
    yield (page.title,), True
    yield from (((text,), False) for text in (page.over, page.under) if text)
    yield from (((label, _say(words)), False) for label, words in page.facts)
    for block in page.blocks:
        yield (), False
        yield from _list_block(block)


def _list_block(block: Block) -> Iterator[Line]:
    if isinstance(block, Heading):
        yield (_say(block.words),), True
    elif isinstance(block, Listing):
        yield from (((_say(item),), False) for item in block.items)
    elif isinstance(block, Grid):
        if any(block.columns):
            yield tuple(map(_say, block.columns)), True
        yield from ((tuple(map(_say, row)), False) for row in block.rows)
    elif not isinstance(block, Picture):
        yield (_say(block.words),), False


def _say(words: Words) -> str:
    return "".join(run.text for run in words if run.style not in PLACES).strip()

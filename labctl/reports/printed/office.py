"""What office programs do besides texts, for documents of the solution.

A line of its own in the Markdown of a document asks for one: ``{contents}``, ``{merge_fields}``,
``{filters}``, ``{print_areas}``, the words by which a document is read
(``labctl.connect.depot.formats``). What the format of a document cannot do is left out.
"""

import io
import re
from collections.abc import Callable, Mapping

from odfdo import TOC, Document, Element, Paragraph
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from labctl.reports.printed.odt import pack_document

_LINE = re.compile(r"^\{(contents|merge_fields|filters|print_areas)\}\n?", re.MULTILINE)
_FIELD = (
    '<text:database-display text:database-name="contacts" text:table-name="contacts"'
    ' text:table-type="table" text:column-name="Nom"/>'
)


def split_results(text: str) -> tuple[str, frozenset[str]]:
    """Return a Markdown text without those lines, and what they ask for."""
    return _LINE.sub("", text), frozenset(_LINE.findall(text))


def add_results(content: bytes, suffix: str, wanted: frozenset[str]) -> bytes:
    """Return a document with what is asked for in it."""
    writers: Mapping[str, Callable[[bytes, frozenset[str]], bytes]] = {
        ".odt": _add_to_text,
        ".ods": _add_to_sheet,
        ".xlsx": _add_to_workbook,
    }
    return writers[suffix](content, wanted) if wanted else content


def _add_to_text(content: bytes, wanted: frozenset[str]) -> bytes:
    document = Document(io.BytesIO(content))
    if "contents" in wanted:
        contents = TOC()
        document.body.append(contents)
        contents.fill(document)
    if "merge_fields" in wanted:
        paragraph = Paragraph()
        paragraph.append(Element.from_tag(_FIELD))
        document.body.append(paragraph)
    return pack_document(document)


def _add_to_sheet(content: bytes, wanted: frozenset[str]) -> bytes:
    """Filter the whole sheet, and print it (OASIS ODF 1.3, part 3, 9.4.15 and 19.677)."""
    document = Document(io.BytesIO(content))
    (table,) = document.body.tables
    width, height = table.size
    place = f"{table.name}.A1:{table.name}.{get_column_letter(width)}{height}"
    if "print_areas" in wanted:
        table.set_attribute("table:print-ranges", place)
    if "filters" in wanted:
        document.body.append(
            Element.from_tag(
                '<table:database-ranges><table:database-range table:name="liste"'
                f' table:target-range-address="{place}" table:display-filter-buttons="true"/>'
                "</table:database-ranges>"
            )
        )
    return pack_document(document)


def _add_to_workbook(content: bytes, wanted: frozenset[str]) -> bytes:
    book, saved = load_workbook(io.BytesIO(content)), io.BytesIO()
    sheet = book.worksheets[0]
    if "print_areas" in wanted:
        sheet.print_area = sheet.dimensions
    if "filters" in wanted:
        sheet.auto_filter.ref = sheet.dimensions
    book.save(saved)
    return saved.getvalue()

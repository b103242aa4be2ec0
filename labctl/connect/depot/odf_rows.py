"""The rows of an OpenDocument text or workbook, in the order of reading (OASIS ODF 1.3, part 3)."""

from collections.abc import Iterator
from itertools import islice

from odfdo import Element

_TABLES = "descendant::table:table[not(ancestor::table:table)]"
_HOLDERS = (
    *("text:list", "text:list-item", "text:section", "office:text", "draw:frame", "draw:text-box"),
)
"""Elements that hold paragraphs and tables, and are none."""


def list_rows(body: Element, most_cells: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a document that nobody else reads, without the comments put to it."""
    for comment in body.get_elements("descendant::office:annotation"):
        comment.delete()
    return _each_block(body, most_cells)


def _each_block(parent: Element, most_cells: int) -> Iterator[tuple[str, ...]]:
    for element in parent.children:
        if element.tag in ("text:p", "text:h"):
            yield (_say(element),)
            for table in element.get_elements(_TABLES):
                yield from _each_row(table, most_cells)
        elif element.tag == "table:table":
            yield from _each_row(element, most_cells)
        elif element.tag in _HOLDERS:
            yield from _each_block(element, most_cells)


def _say(paragraph: Element) -> str:
    """Return the text of a paragraph; not of a table in it: odfdo would draw it, cell by cell."""
    if paragraph.get_elements("descendant::table:table"):
        paragraph = paragraph.clone
        for table in paragraph.get_elements("descendant::table:table"):
            table.delete()
    return str(paragraph.text_recursive)


def _each_row(table: Element, most_cells: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table, those of its heading too; repeated ones are one."""
    for element in table.get_elements("descendant::table:table-row"):
        yield tuple(islice(_each_cell(element, most_cells), most_cells))


def _each_cell(row: Element, most_cells: int) -> Iterator[str]:
    """Yield the cells; as many empty ones as the row says, but never more than are kept."""
    for cell in row.get_elements("table:table-cell|table:covered-table-cell"):
        value = cell.get_attribute("office:value")
        text = "\n".join(map(_say, cell.get_elements("descendant::text:p|descendant::text:h")))
        times = int(cell.get_attribute("table:number-columns-repeated") or 1)
        yield from [str(value or text)] * min(times, most_cells)

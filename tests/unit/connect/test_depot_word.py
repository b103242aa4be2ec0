"""What Word shows is read: text inserted, in controls, in fields; not what it hides."""

import io
from collections.abc import Callable

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import _Cell

from labctl.connect.depot.formats import read

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Write = Callable[[_Cell, str], None]


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def put(cell: _Cell, element: str) -> None:
    """Append an element to the paragraph of a cell."""
    (found,) = parse_xml(f"<w:p {_W}>{element}</w:p>")
    cell.paragraphs[0]._p.append(found)


def inserted(cell: _Cell, text: str) -> None:
    put(cell, f'<w:ins w:id="1" w:author="T">{run(text)}</w:ins>')


def moved(cell: _Cell, text: str) -> None:
    put(cell, f'<w:moveTo w:id="1" w:author="T">{run(text)}</w:moveTo>')


def in_a_field(cell: _Cell, text: str) -> None:
    put(cell, f'<w:fldSimple w:instr="DATE">{run(text)}</w:fldSimple>')


def in_a_control(cell: _Cell, text: str, kind: str = "<w:text/>") -> None:
    content = f"<w:sdtContent>{run(text)}</w:sdtContent>"
    put(cell, f"<w:sdt><w:sdtPr>{kind}</w:sdtPr>{content}</w:sdt>")


def in_a_control_of_an_insertion(cell: _Cell, text: str) -> None:
    control = f"<w:sdt><w:sdtPr><w:date/></w:sdtPr><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>"
    put(cell, f'<w:ins w:id="1" w:author="T">{control}</w:ins>')


def in_a_control_of_paragraphs(cell: _Cell, text: str) -> None:
    content = f"<w:sdtContent><w:p>{run(text)}</w:p></w:sdtContent>"
    cell._tc.append(parse_xml(f"<w:sdt {_W}><w:sdtPr/>{content}</w:sdt>"))


def unfilled(cell: _Cell, text: str) -> None:
    in_a_control(cell, text, "<w:showingPlcHdr/>")


def deleted(cell: _Cell, text: str) -> None:
    put(cell, f'<w:del w:id="1" w:author="T"><w:r><w:delText>{text}</w:delText></w:r></w:del>')


def rows_of(write: Write) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a form of Word whose second cell is written so."""
    document, content = Document(), io.BytesIO()
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text = "Date"
    write(cells[1], "15/06/2026")
    document.save(content)
    return read(content.getvalue()).rows


@pytest.mark.parametrize(
    "write",
    [
        inserted,
        moved,
        in_a_field,
        in_a_control,
        in_a_control_of_an_insertion,
        in_a_control_of_paragraphs,
    ],
)
def test_what_word_shows_is_read(write: Write) -> None:
    ((label, text),) = rows_of(write)
    assert (label, text.strip()) == ("Date", "15/06/2026")


@pytest.mark.parametrize("write", [unfilled, deleted])
def test_what_word_hides_or_says_in_place_of_a_text_is_not(write: Write) -> None:
    assert rows_of(write) == (("Date",),)


def test_a_row_and_a_cell_in_controls_are_of_the_table_and_a_deleted_row_is_not() -> None:
    document, content = Document(), io.BytesIO()
    first, second, third = document.add_table(3, 2).rows
    for rank, row in enumerate((first, second, third)):
        row.cells[0].text, row.cells[1].text = f"label {rank}", f"text {rank}"
    wrap(first._tr)
    wrap(second.cells[1]._tc)
    third._tr.get_or_add_trPr().append(parse_xml(f'<w:del {_W} w:id="1" w:author="T"/>'))
    document.save(content)
    assert read(content.getvalue()).rows == (("label 0", "text 0"), ("label 1", "text 1"))


def wrap(element: BaseOxmlElement) -> None:
    """Put an element into a content control."""
    control = parse_xml(f"<w:sdt {_W}><w:sdtPr/><w:sdtContent/></w:sdt>")
    element.getparent().replace(element, control)
    control[1].append(element)


def test_a_table_of_contents_does_not_repeat_the_headings() -> None:
    document, content = Document(), io.BytesIO()
    document.add_heading("Se connecter")
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    repeated = f"<w:sdtContent><w:p>{run('Se connecter')}</w:p></w:sdtContent>"
    control = f"<w:sdt {_W}><w:sdtPr>{gallery}</w:sdtPr>{repeated}</w:sdt>"
    document.element.body.insert(0, parse_xml(control))
    document.save(content)
    assert read(content.getvalue()).rows == (("Se connecter",),)

"""The rows of a PDF: its lines, cut where they look cut, and nothing of its text left out."""

import io

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from labctl.connect.depot.formats import read
from tests.unit.connect.test_depot_counts import name_of

FONT = name_of(Type="Font", Subtype="Type1", BaseFont="Helvetica")
RESOURCES = name_of(Font=name_of(F1=FONT))


def stream_of(code: str) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(code.encode("cp1252"))
    return stream


def rows_of(code: str, shared: str = "") -> tuple[tuple[str, ...], ...]:
    """Return the rows of a page that shows something, and perhaps a form, which it calls F."""
    writer = PdfWriter()
    form = stream_of(shared)
    form.update(name_of(Type="XObject", Subtype="Form", Resources=RESOURCES))
    page = writer.add_blank_page(600, 800)
    resources = DictionaryObject(RESOURCES | name_of(XObject=name_of(F=writer._add_object(form))))
    page[NameObject("/Resources")] = resources
    page[NameObject("/Contents")] = writer._add_object(stream_of(code))
    content = io.BytesIO()
    writer.write(content)
    return read(content.getvalue()).rows


def show(text: str, across: int, up: int) -> str:
    return f"BT /F1 12 Tf {across} {up} Td ({text}) Tj ET\n"


def test_cells_are_what_stands_apart_on_a_line() -> None:
    code = show("Client", 50, 700) + show("Moana Nautic", 200, 700) + show("Date", 50, 680)
    assert rows_of(code) == (("Client", "Moana Nautic"), ("Date",))


def test_a_table_is_read_in_its_order_whatever_the_order_of_the_drawing() -> None:
    code = show("10.21.10.1", 200, 680) + show("Passerelle", 200, 700)
    code += show("ADMIN", 50, 680) + show("Nom", 50, 700)
    assert rows_of(code) == (("Nom", "Passerelle"), ("ADMIN", "10.21.10.1"))


def test_the_text_of_a_form_is_read() -> None:
    shown = show("Client : Moana Nautic", 50, 700)
    assert rows_of("/F Do\n" + show("page 1", 50, 50), shown) == (
        ("Client : Moana Nautic",),
        ("page 1",),
    )


def test_a_text_that_is_turned_is_read() -> None:
    turned = "BT /F1 12 Tf 0 1 -1 0 50 700 Tm (COPIE) Tj ET\n"
    assert ("COPIE",) in rows_of(show("Client", 50, 600) + turned)

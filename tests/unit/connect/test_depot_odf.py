"""The rows of an OpenDocument file, without its comments; formulas that nothing computed."""

import io

import pytest
from odfdo import Document, Element
from openpyxl import Workbook

from labctl.connect.depot.formats import Text, read
from labctl.connect.depot.openxml import count_in_sheets
from labctl.connect.depot.package import Kind, Package


def read_odf(*elements: str, kind: str = "text") -> Text:
    document, content = Document(kind), io.BytesIO()
    document.body.clear()
    for element in elements:
        document.body.append(Element.from_tag(element))
    document.save(content)
    return read(content.getvalue())


def row_of(*cells: str) -> str:
    inside = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
    return f"<table:table><table:table-row>{inside}</table:table-row></table:table>"


TABLE = row_of("<text:p>Client</text:p>", "<text:p>SARL</text:p>")
COMMENT = "<office:annotation><text:p>vu le 16/06/2026</text:p></office:annotation>"


@pytest.mark.parametrize(
    ("element", "rows"),
    [
        (row_of("<text:h>Client</text:h>", "<text:p>SARL</text:p>"), (("Client", "SARL"),)),
        (row_of(f"{COMMENT}<text:p>Client</text:p>", "<text:p/>"), (("Client",),)),
        (f"<text:p>Client{COMMENT} : SARL</text:p>", (("Client : SARL",),)),
        (f"<draw:frame><draw:text-box>{TABLE}</draw:text-box></draw:frame>", (("Client", "SARL"),)),
        (
            f"<text:p>Devis<draw:frame><draw:text-box>{TABLE}</draw:text-box></draw:frame></text:p>",
            (("Devis",), ("Client", "SARL")),
        ),
        (
            "<text:list><text:list-item><text:p>Client</text:p></text:list-item></text:list>",
            (("Client",),),
        ),
    ],
)
def test_rows_are_those_of_the_text_wherever_it_stands(
    element: str, rows: tuple[tuple[str, ...], ...]
) -> None:
    assert read_odf(element).rows == rows


def formula(result: str) -> str:
    cell = f'<table:table-cell table:formula="of:=2*3" {result}/>'
    return f"<table:table><table:table-row>{cell}</table:table-row></table:table>"


def test_a_formula_of_a_workbook_has_its_result_or_is_not_computed() -> None:
    computed = read_odf(formula('office:value-type="float" office:value="6"'), kind="spreadsheet")
    bare = read_odf(formula(""), kind="spreadsheet")

    assert (computed.rows, computed.counts["uncomputed"]) == ((("6",),), 0)
    assert (bare.rows, bare.counts["uncomputed"]) == ((), 1)


def test_so_has_one_of_excel() -> None:
    book, content = Workbook(), io.BytesIO()
    book.worksheets[0].append(["Total", "=2*3"])
    book.save(content)

    text = read(content.getvalue())

    assert (text.rows, text.counts["uncomputed"]) == ((("Total",),), 1)


def test_an_empty_text_is_a_result() -> None:
    """As Excel keeps it (ECMA-376, part 1, 18.18.11)."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = '<c t="str"><f>IF(1,"","")</f><v></v></c><c><f>1+1</f><v>2</v></c><c><f>1+1</f></c>'
    sheet = f"<worksheet {main}><sheetData><row>{cells}</row></sheetData></worksheet>"
    package = Package(Kind.XLSX, {"xl/worksheets/sheet1.xml": sheet.encode()})
    assert count_in_sheets(package)["uncomputed"] == 1

"""Documents as rows of texts, in the order of reading, whatever program wrote them.

A paragraph and a heading are rows of one text; a row of a table, or of a sheet, has a text for each
cell, and a line of a PDF one for what stands apart on it. A number is written as a computer does
(``124900``, ``12.5``).
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from labctl.connect.depot import opendocument, openxml, word
from labctl.connect.depot.package import Kind, Package, open_package
from labctl.connect.depot.refusal import Refused
from labctl.core.i18n import _
from labctl.core.untrusted import one_line
from labctl.core.verdict import Reason

MOST_ROWS, MOST_CELLS, MOST_TEXT, MOST_PAGES = 800, 30, 2000, 60
_LIBRARIES = {b"opendocument": "odfdo", b"word/": "docx", b"xl/": "openpyxl"}
_PDF, _OLE = b"%PDF-", b"\xd0\xcf\x11\xe0"
_ACTIVE = ("/AA", "/JavaScript", "/EmbeddedFiles", "/XFA")
Rows = Iterable[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Text:
    """What a document says; ``pages`` is 0 where it does not tell how many it has.

    ``counts``: how many headings, steps (with a number that a program puts there), images, boxes
    (paragraphs that may be in no row), contents (tables of), merge_fields, filters, print_areas and
    uncomputed (formulas whose result is not kept) it has, as far as its format tells.
    """

    kind: Kind
    pages: int
    rows: tuple[tuple[str, ...], ...]
    counts: dict[str, int] = field(default_factory=dict)


def read(content: bytes) -> Text:
    """Return what a document says; Refused when it is not read, or too large."""
    if content.startswith(_PDF):
        return _read_pdf(content)
    if content.startswith(_OLE):
        raise Refused(_("le fichier est chiffré, ou d'un format d'avant 2007"))
    if not content.startswith(b"PK"):
        raise Refused(_("ce n'est pas un document ODT, ODS, DOCX, XLSX ou PDF"))
    package = open_package(content)
    readers = {
        Kind.ODT: _read_odt,
        Kind.ODS: _read_ods,
        Kind.DOCX: _read_docx,
        Kind.XLSX: _read_xlsx,
    }
    return readers[package.kind](content, package)


def name_library(content: bytes) -> str:
    """Return the module that reads such a document, by its first bytes and names; or nothing."""
    if content.startswith(_PDF):
        return "pypdf"
    if not content.startswith(b"PK"):
        return ""
    return next((name for mark, name in _LIBRARIES.items() if mark in content), "")


def _read_odt(content: bytes, package: Package) -> Text:
    from odfdo import Document

    from labctl.connect.depot.odf_rows import list_rows

    document = Document(io.BytesIO(content))
    counts = _count(opendocument.count_in_text, package)
    return Text(
        Kind.ODT, _count_pages(document), _keep(list_rows(document.body, MOST_CELLS)), counts
    )


def _count_pages(document: object) -> int:
    statistic = document.meta.statistic or {}  # type: ignore[attr-defined]
    return int(statistic.get("meta:page-count", 0))


def _read_ods(content: bytes, package: Package) -> Text:
    from odfdo import Document

    from labctl.connect.depot.odf_rows import list_rows

    document = Document(io.BytesIO(content))
    counts = _count(opendocument.count_in_sheets, package)
    return Text(Kind.ODS, 0, _keep(list_rows(document.body, MOST_CELLS)), counts)


def _read_docx(content: bytes, package: Package) -> Text:
    from docx import Document

    document = Document(io.BytesIO(content))
    word.unwrap(document.element.body)
    counts = _count(openxml.count_in_text, package)
    return Text(Kind.DOCX, _tell_pages(package), _keep(_each_docx(document)), counts)


def _tell_pages(package: Package) -> int:
    """Return how many pages the program that wrote it counted (docProps/app.xml)."""
    from lxml import etree

    told = package.members.get("docProps/app.xml")
    root = etree.fromstring(told) if told else None
    count = root.findtext("{*}Pages") if root is not None else None
    return int(count or 0)


def _each_docx(document: object) -> Iterator[tuple[str, ...]]:
    for block in document.iter_inner_content():  # type: ignore[attr-defined]
        if hasattr(block, "rows"):
            yield from (tuple(cell.text for cell in row.cells) for row in block.rows)
        else:
            yield (block.text,)


def _read_xlsx(content: bytes, package: Package) -> Text:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    rows = (
        tuple(map(_write, row))
        for sheet in book.worksheets
        for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_CELLS, values_only=True)
    )
    return Text(Kind.XLSX, 0, _keep(rows), _count(openxml.count_in_sheets, package))


def _write(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _read_pdf(content: bytes) -> Text:
    from pypdf import PdfReader

    from labctl.connect.depot.layout import list_rows
    from labctl.connect.depot.tagged_pdf import count_in_pdf

    reader = PdfReader(io.BytesIO(content), strict=False, root_object_recovery_limit=1000)
    if reader.is_encrypted:
        raise Refused(_("le fichier est chiffré"))
    root = reader.root_object
    inside = [root[name] for name in ("/Names", "/AcroForm", "/OpenAction") if name in root]
    if any(map(_is_active, (root, *inside))):
        raise Refused(_("le document contient un programme ou un fichier joint"))
    count = reader.get_num_pages()
    if count > MOST_PAGES:
        said = _("le document a %(count)d pages, %(most)d au plus sont lues")
        raise Refused(said % {"count": count, "most": MOST_PAGES}, Reason.OUTPUT_LIMIT)
    rows = _keep(row for page in reader.pages for row in list_rows(page))
    return Text(Kind.PDF, count, rows, count_in_pdf(reader))


def _is_active(place: object) -> bool:
    """Tell whether a part does more than to show pages (ISO 32000-1, 12.6.4)."""
    if not isinstance(place, dict):
        return False
    return place.get("/S", "/GoTo") != "/GoTo" or any(name in place for name in _ACTIVE)


def _count(count: Callable[[Package], dict[str, int]], package: Package) -> dict[str, int]:
    """Return the counts of a document; none when a value in it is none that the format has."""
    try:
        return count(package)
    except ValueError:
        return {}


def _keep(rows: Rows) -> tuple[tuple[str, ...], ...]:
    """Return rows that say something, harmless and of a bounded size; Refused for too many."""
    kept = [row for row in map(_clean, rows) if row]
    if len(kept) > MOST_ROWS:
        raise Refused(_("le document est trop long"), Reason.OUTPUT_LIMIT)
    return tuple(kept)


def _clean(row: Iterable[str]) -> tuple[str, ...]:
    """Return a row without what is empty at its end."""
    texts = [one_line(text[: 4 * MOST_TEXT], MOST_TEXT) for text in islice(row, MOST_CELLS)]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)

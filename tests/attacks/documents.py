"""Documents that a hostile candidate hands in, each with what is said of it."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from docx import Document as Docx
from openpyxl import Workbook
from pypdf import PdfWriter

from labctl.pipeline.handedin import write_document

ODT = write_document("fiche.odt", "Client : SARL")
_MIME = "application/vnd.oasis.opendocument.text"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def members(content: bytes) -> dict[str, bytes]:
    """Return the members of an office document."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def pack(found: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as file:
        for name, content in found.items():
            file.writestr(name, content)
    return packed.getvalue()


def odt_with(**changed: bytes) -> bytes:
    """Return an ODT with members changed or added; dots and slashes are spelt out."""
    names = {name.replace("_SLASH_", "/").replace("_DOT_", "."): c for name, c in changed.items()}
    return pack(members(ODT) | names)


def odt_saying(*paragraphs: str, head: str = "") -> bytes:
    """Return an ODT of these paragraphs, raw XML."""
    body = "".join(f"<text:p>{each}</text:p>" for each in paragraphs)
    text = (
        f'<?xml version="1.0"?>{head}<office:document-content xmlns:office="{_OFFICE}"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return odt_with(content_DOT_xml=text.encode())


def strange_method() -> bytes:
    """Return an ODT whose members are packed in a way that nobody knows."""
    packed = pack(members(ODT))
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        head, *rest = packed.split(mark)
        at = offset - len(mark)
        packed = mark.join([head, *(one[:at] + b"\x63\x00" + one[at + 2 :] for one in rest)])
    return packed


def lying_size() -> bytes:
    """Return a ZIP whose member is larger than its directory says."""
    packed = bytearray(pack({"mimetype": b"A" * 900_000}))
    at = packed.rindex(b"PK\x01\x02")
    packed[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(packed)


def workbook(rows: int = 1, text: str = "x", *, macro: bool = False) -> bytes:
    """Return a workbook."""
    book, saved = Workbook(), io.BytesIO()
    for _row in range(rows):
        book.worksheets[0].append([text])
    book.save(saved)
    found = members(saved.getvalue())
    return pack(found | ({"xl/vbaProject.bin": b"x"} if macro else {}))


def word_with_template() -> bytes:
    """Return a document that loads its template from elsewhere (MITRE ATT&CK, T1221)."""
    document, saved = Docx(), io.BytesIO()
    document.save(saved)
    found = members(saved.getvalue())
    name = "word/_rels/document.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    link = f'<Relationship Id="r9" Type="{kind}" Target="http://x.test/" TargetMode="External"/>'
    found[name] = found[name].replace(b"</Relationships>", link.encode() + b"</Relationships>")
    return pack(found)


def pdf(*objects: bytes) -> bytes:
    """Return a PDF of these objects, without a table of where they are: readers look for them."""
    parts = [b"%d 0 obj%s endobj\n" % (at, each) for at, each in enumerate(objects, start=1)]
    return b"%PDF-1.4\n" + b"".join(parts) + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def pdf_of(pages: int, *, catalogue: bytes = b"") -> bytes:
    """Return a PDF of blank pages, with more in its catalogue."""
    kids = b" ".join(b"%d 0 R" % (at + 3) for at in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages)
    return pdf(b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue, tree, *[page] * pages)


def encrypted_pdf() -> bytes:
    """Return a PDF that a password opens."""
    writer, saved = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(saved)
    return saved.getvalue()


def pdf_of_bomb() -> bytes:
    """Return a PDF whose only page is a stream that inflates to some hundreds of megabytes."""
    squeeze = zlib.compressobj(1)
    stream = b"".join(squeeze.compress(bytes(1 << 20)) for _n in range(300)) + squeeze.flush()
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    )


def pdf_of_gaps() -> bytes:
    """Return a PDF whose words are farther apart than a page laid out in columns could hold."""
    shown = b"BT/F1 12 Tf 0 0 Td(a)Tj 1000000000 0 Td(b)Tj 0 -1000000000 Td(c)Tj ET"
    font = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources%s>>" % font,
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
    )


SCRIPT = b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "ha"}">' for at in range(10))
REPEATED = '<table:table-cell table:number-columns-repeated="2147483647"/>'
HOSTILE: dict[str, tuple[bytes, str]] = {
    "a bomb": (odt_with(Pictures_SLASH_a_DOT_png=bytes(40 << 20)), "démesurément"),
    "a bomb of many": (pack({f"{n}": b"" for n in range(900)}), "trop de parties"),
    "a size that lies": (lying_size(), "abîmé"),
    "a macro of LibreOffice": (odt_with(Basic_SLASH_a_DOT_xml=b"<a/>"), "macros"),
    "a macro of Excel": (workbook(macro=True), "macros"),
    "a template from elsewhere": (word_with_template(), "ailleurs"),
    "a picture from elsewhere": (
        odt_saying('<draw:image xlink:href="http://x.test/a.png"/>'), "ailleurs"
    ),
    "a file of the host": (
        odt_saying('<draw:image xlink:href="../../../etc/shadow"/>'), "ailleurs"
    ),
    "entities that multiply": (
        odt_saying("&l9;", head=f"<!DOCTYPE a [{LAUGHS}]>"), "entités"
    ),
    "an entity of a file": (
        odt_saying("&x;", head='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "entités"
    ),
    "entities in UTF-16": (
        odt_with(content_DOT_xml='<!DOCTYPE a [<!ENTITY x "y">]><a/>'.encode("utf-16")), "entités"
    ),
    "10,000 pages": (pdf_of(10_000), "pages"),
    "a PDF of a bomb": (pdf_of_bomb(), ""),
    "words far apart in a PDF": (pdf_of_gaps(), ""),
    "a script in a PDF": (pdf_of(1, catalogue=SCRIPT), "programme"),
    "an encrypted PDF": (encrypted_pdf(), "chiffré"),
    "an old or encrypted document": (b"\xd0\xcf\x11\xe0" + bytes(600), "chiffré"),
    "a program under the name of a text": (b"MZ\x90\x00" + bytes(600), "ce n'est pas"),
    "packed in an unknown way": (strange_method(), "façon inconnue"),
    "half a document": (ODT[: len(ODT) // 2], "abîmé"),
    "names that lead elsewhere": (odt_with(**{"../../etc/cron.d/x": b"x"}), "mène ailleurs"),
    "no XML": (odt_with(content_DOT_xml=b"<office:document-content"), "XML"),
    "too many rows": (workbook(rows=5000), "trop long"),
    "elements in elements": (odt_saying("<text:span>" * 3000 + "</text:span>" * 3000), ""),
    "nothing": (b"", "ce n'est pas"),
}  # fmt: skip
"""By what it is: the document, and a part of what is said of it; empty: it may be said or read."""
STRANGE = odt_saying(
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\N{RIGHT-TO-LEFT OVERRIDE}cod.exe",
    " ".join(f"{number * 7919 % 100_003}" for number in range(20_000)),
    "<text:a xlink:href='http://x.test/'>a link</text:a>",
    f"<table:table><table:table-row>{REPEATED}</table:table-row></table:table>",
)
"""A document that is read all the same: HTML, a name turned around, a huge cell, cells repeated."""

"""What a document is made of, where its format tells it oddly or not at all."""

import io

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from labctl.connect.depot.formats import Text, read


def name_of(**entries: object) -> DictionaryObject:
    """Return a dictionary of a PDF; texts are names."""
    return DictionaryObject(
        {
            NameObject(f"/{key}"): NameObject(f"/{value}") if isinstance(value, str) else value
            for key, value in entries.items()
        }
    )


def stream_of(**entries: object) -> StreamObject:
    stream = StreamObject()
    stream.update(name_of(**entries))
    return stream


def read_pdf(*, is_tagged: bool) -> Text:
    """Read a page with a picture that is shown twice, once inside a form; its heading is tagged."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    picture = writer._add_object(stream_of(Subtype="Image"))
    inside = name_of(XObject=name_of(shown=picture))
    form = writer._add_object(stream_of(Subtype="Form", Resources=inside))
    page[NameObject("/Resources")] = name_of(XObject=name_of(one=picture, two=form))
    if is_tagged:
        parts = ArrayObject([name_of(S="Titre"), name_of(S="P"), name_of(S="H1")])
        root = name_of(K=parts, RoleMap=name_of(Titre="H"))
        writer.root_object[NameObject("/StructTreeRoot")] = writer._add_object(root)
    content = io.BytesIO()
    writer.write(content)
    return read(content.getvalue())


def test_a_picture_of_a_pdf_counts_once_wherever_it_is_shown() -> None:
    assert read_pdf(is_tagged=False).counts == {"images": 1}


def test_headings_of_a_pdf_are_those_that_its_tags_tell() -> None:
    assert read_pdf(is_tagged=True).counts == {"images": 1, "headings": 2}


def test_a_level_that_is_no_number_leaves_a_text_without_counts() -> None:
    document = Document()
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "haut")
    document.add_paragraph("Relier le poste au Wi-Fi")._p.get_or_add_pPr().append(level)
    content = io.BytesIO()
    document.save(content)
    text = read(content.getvalue())
    assert (text.counts, text.rows) == ({}, (("Relier le poste au Wi-Fi",),))

"""What an office program does besides texts, found however it was asked for."""

import io
from dataclasses import replace

import pytest
from docx import Document as Docx
from docx.oxml import parse_xml
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

from checks.documents.demand import RESULTS
from checks.documents.facts.papers import Papers
from labctl.core.expect import NotAsked, Undecided
from labctl.pipeline.handedin import write_document
from labctl.pipeline.place import load_place
from tests.checking import PLAN
from tests.papers import papers_of, read_papers, solution_texts
from tests.unit.checks.test_documents import judge

LIST, GUIDE = "liste-machines.ods", "guide-accueil.odt"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OTHER = load_place("demo-cabinet", None).plan(1)


def write_book(*, table: bool = False, print_area: str = "") -> bytes:
    """Return a list as a workbook of Excel."""
    book, saved = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in (["Machine", "Adresse"], ["PC-1", "10.0.0.1"]):
        sheet.append(row)
    if table:
        sheet.add_table(Table(displayName="Machines", ref="A1:B2"))
    else:
        sheet.auto_filter.ref = "A1:B2"
    if print_area:
        sheet.print_area = print_area
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("table", [False, True])
def test_a_filter_of_excel_is_one_of_the_sheet_or_of_a_table(table: bool) -> None:
    whole = write_book(table=table, print_area="A1:B2")

    assert judge("K-125", read_papers({LIST: whole})) == ""
    assert judge("K-125", read_papers({LIST: write_book(table=table)})) == (
        f"{LIST} : pas de « zone d'impression »"
    )


@pytest.mark.parametrize("suffix", ["ods", "xlsx"])
@pytest.mark.parametrize("result", ["filters", "print_areas"])
def test_a_sheet_of_the_solution_has_what_is_asked(suffix: str, result: str) -> None:
    text = f"| Machine |\n|---|\n| PC-1 |\n\n{{{result}}}\n"
    counts = read_papers({LIST: write_document(f"liste.{suffix}", text)}).read[LIST].counts

    assert {name: counts[name] for name in ("filters", "print_areas")} == {
        "filters": int(result == "filters"),
        "print_areas": int(result == "print_areas"),
    }


@pytest.mark.parametrize("result", ["contents", "merge_fields"])
def test_a_text_of_the_solution_has_what_is_asked(result: str) -> None:
    written = write_document("guide.odt", f"# Un\n\n{{{result}}}\n")

    assert read_papers({GUIDE: written}).read[GUIDE].counts[result] == 1


def write_word(field: str) -> bytes:
    """Return a document of Word with a field."""
    document, saved = Docx(), io.BytesIO()
    document.add_paragraph("Bienvenue")
    document.element.body.insert(0, parse_xml(f"<w:p {WORD}>{field}</w:p>"))
    document.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    "field",
    [
        r'<w:fldSimple w:instr=" TOC \o &quot;1-3&quot; "><w:r><w:t>Un</w:t></w:r></w:fldSimple>',
        r"<w:r><w:instrText>TOC \h</w:instrText></w:r><w:r><w:t>Un</w:t></w:r>",
    ],
)
def test_a_table_of_contents_of_word_is_a_field(field: str) -> None:
    assert judge("K-125", read_papers({GUIDE: write_word(field)}), OTHER) == ""


def test_one_that_is_typed_is_none() -> None:
    typed = write_word("<w:r><w:t>Table des matières</w:t></w:r>")

    assert judge("K-125", read_papers({GUIDE: typed}), OTHER) == (
        f"{GUIDE} : pas de « table des matières du logiciel »"
    )


def test_a_field_of_a_mail_merge_is_counted() -> None:
    written = write_word(r"<w:r><w:instrText> MERGEFIELD  Nom </w:instrText></w:r>")

    assert read_papers({GUIDE: written}).read[GUIDE].counts["merge_fields"] == 1


def test_what_a_format_does_not_tell_is_for_a_person() -> None:
    paper = papers_of(solution_texts(PLAN)).read[LIST]
    printed = Papers({LIST: replace(paper, kind="pdf", counts={"images": 0})}, {})

    with pytest.raises(Undecided, match="d'un format qui ne le dit pas"):
        judge("K-125", printed)


def test_an_empty_document_has_nothing() -> None:
    paper = replace(papers_of(solution_texts(PLAN)).read[LIST], rows=())

    assert judge("K-125", Papers({LIST: paper}, {})) == f"{LIST} est vide"


def test_a_subject_that_asks_for_none_is_not_judged() -> None:
    with pytest.raises(NotAsked):
        judge("K-125", Papers({}, {}), load_place("demo", None).plan(1, "ccp1"))
    assert set(RESULTS.values()) == {"contents", "merge_fields", "filters", "print_areas"}

"""Documents as PDF: right ones conform, scans are for a person, and so is what a PDF may lack."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from checks.documents.demand import Documents, find_piece
from checks.documents.facts.papers import Papers
from labctl.core.expect import Undecided
from labctl.pipeline.paper import bench_pages
from labctl.pipeline.place import load_place
from labctl.plan.fault import resolve
from labctl.reports.printed.document import load_centre, to_data
from labctl.reports.printed.typesetter import Sheet, typeset
from labctl.spec.fault import load_fault
from tests.checking import PLAN
from tests.papers import papers_of, pdf_papers_of, read_papers, solution_texts
from tests.unit.checks.test_documents import (
    ADDRESSES,
    CHECKS,
    GUIDE,
    MINUTES,
    QUOTE,
    SHEET,
    judge,
)

PRINTED = {
    SHEET: ("K-017", "K-018", "K-030"),
    MINUTES: ("K-040",),
    ADDRESSES: ("K-070",),
    QUOTE: ("K-107", "K-108", "K-109", "K-110", "K-111"),
    GUIDE: ("K-122", "K-123"),
}
"""The documents of which a PDF may say everything, and the checks of each."""
OF_ROWS = [(name, check) for name in (SHEET, MINUTES, ADDRESSES, QUOTE) for check in PRINTED[name]]


def texts_of(*names: str) -> dict[str, str]:
    return {name: solution_texts(PLAN)[name] for name in names}


@pytest.fixture(scope="module")
def printed() -> Papers:
    """Give the solution as PDF."""
    return pdf_papers_of(texts_of(*PRINTED))


@pytest.mark.parametrize("check", [check for checks in PRINTED.values() for check in checks])
def test_the_solution_as_pdf_conforms(check: str, printed: Papers) -> None:
    assert judge(check, printed) == ""


@pytest.mark.parametrize(("name", "check"), OF_ROWS)
def test_what_is_wrong_in_the_rows_of_a_pdf_is_for_a_person(name: str, check: str) -> None:
    topic = "quote" if name == QUOTE else "documents"
    path = Path(f"checks/{topic}/sabotages/{check}.yml")
    fault = resolve(load_fault(path).on_machine(PLAN.desks[0].name), PLAN)
    edit = fault.steps[0].document
    assert edit
    texts = texts_of(name)
    broken = pdf_papers_of({name: re.sub(edit.find, edit.put, texts[name], flags=re.MULTILINE)})

    with pytest.raises(Undecided, match="ne le dit pas à coup sûr"):
        judge(check, broken)


def test_every_field_of_a_blank_sheet_is_empty_on_paper_too() -> None:
    (page,) = bench_pages(
        load_place("demo", None), 1, ["fiche-intervention"], PLAN.route, []
    ).values()
    sheet = Sheet("fiche-intervention", to_data(page, load_centre()), SHEET)
    fields = find_piece(PLAN.demand(Documents), PLAN, "sheet").fields

    with pytest.raises(Undecided) as caught:
        judge("K-017", read_papers(typeset([sheet])))

    said = [f"« {one.replace('_', ' ')} » est vide" for one in fields]
    asked = [one for one in said if "signature" not in one and "client" not in one]
    assert [one for one in asked if one not in caught.value.detail] == []


def test_a_pdf_that_is_too_long_is(printed: Papers) -> None:
    guide = replace(printed.read[GUIDE], pages=3)
    assert judge("K-122", Papers({GUIDE: guide}, {})) == f"{GUIDE} est trop long : 3 pages"


@pytest.mark.parametrize("kind", ["pdf", "docx"])
@pytest.mark.parametrize("check", CHECKS)
def test_a_scan_is_for_a_person(check: str, kind: str) -> None:
    scans = {
        name: replace(paper, kind=kind, rows=(), text="", counts={"images": 1})
        for name, paper in papers_of(solution_texts(PLAN)).read.items()
    }
    with pytest.raises(Undecided):
        judge(check, Papers(scans, {}))


def test_a_picture_beside_a_text_makes_no_scan() -> None:
    papers = papers_of(solution_texts(PLAN))
    sheet = replace(papers.read[SHEET], rows=(), counts={"images": 1})
    assert "est vide" in judge("K-017", Papers({SHEET: sheet}, {}))

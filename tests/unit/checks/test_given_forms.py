"""The forms that are given, as a candidate fills them in, or leaves them."""

import io
from collections.abc import Mapping

import pytest
from odfdo import Document, Element

from checks.documents.facts.papers import Papers
from checks.hardware.demand import Hardware
from labctl.pipeline.paper import bench_pages
from labctl.pipeline.place import load_place
from labctl.reports.printed.document import load_centre
from labctl.reports.printed.odt import write_odt
from tests.checking import PLAN
from tests.papers import read_papers
from tests.unit.checks.test_documents import SHEET, judge

PART = PLAN.demand(Hardware).addition.module.part
FIELDS = {
    "Demandeur": "Mme Teva",
    "Numéro du ticket": "42",
    "Date": "15/06/2026",
    "Heure de début, heure de fin": "08:30 10:00",
    "Équipement": "IMP-ARU-01",
    "Numéro de série": "S1234",
    "Étiquette": "ARU-B1-P1-07",
    "Adresse IP": "10.21.30.15",
}
BOXES = ("L'imprimante ne répond plus.", "Câble débranché.", "Câble remis, barrette ajoutée.")
FITTED = ("Barrette de 8 Gio", PART, "SN42")
TRIED = ("Impression d'essai", "OK")


def blank_form(name: str, room: str = "demo", route: str = PLAN.route) -> Document:
    """Return a text as it waits for a candidate."""
    (page,) = bench_pages(load_place(room, None), 1, [name], route, []).values()
    return Document(io.BytesIO(write_odt(page, centre=load_centre())))


def read_sheet(document: Document) -> Papers:
    content = io.BytesIO()
    document.save(content)
    return read_papers({SHEET: content.getvalue()})


def put(paragraph: Element, text: str) -> None:
    """Write a text in the place of what a paragraph has."""
    for child in list(paragraph.children):
        paragraph.delete(child)
    paragraph.text = text


def filled_sheet(
    fields: Mapping[str, str] = FIELDS,
    boxes: tuple[str, ...] = BOXES,
    fitted: tuple[str, ...] = FITTED,
    tried: tuple[str, ...] = TRIED,
    reserves: str = "Réserves : néant",
) -> Papers:
    """Return the sheet that is given, filled in where it says: its cells, boxes, tables, line."""
    document = blank_form("fiche-intervention")
    empty: dict[int, list[tuple[str, ...]]]
    empty = {1: [(box,) for box in boxes], 2: [tried], 3: [fitted]}
    for row in document.body.get_elements("descendant::table:table-row"):
        cells = row.get_elements("table:table-cell/text:p[1]")
        texts = [str(cell.text_recursive) for cell in cells]
        if texts[0] in fields:
            put(cells[1], fields[texts[0]])
        elif not "".join(texts).strip(". ") and empty[len(cells)]:
            for cell, text in zip(cells, empty[len(cells)].pop(0), strict=True):
                put(cell, text)
    for paragraph in document.body.get_elements("descendant::text:p"):
        if str(paragraph.text_recursive).startswith("Réserves"):
            put(paragraph, reserves)
    return read_sheet(document)


@pytest.mark.parametrize("check", ["K-017", "K-018", "K-030"])
def test_a_sheet_filled_in_where_it_says_conforms(check: str) -> None:
    assert judge(check, filled_sheet()) == ""


def test_another_part_in_the_table_of_parts_is_wrong() -> None:
    sheet = filled_sheet(fitted=("Barrette", "KVR999", "SN42"))
    assert "pièces changées : « Barrette KVR999 SN42 »" in judge("K-030", sheet)


def test_a_part_that_is_written_under_another_label_is_not_noted_as_changed() -> None:
    sheet = filled_sheet(fitted=("aucune", "-", "-"), tried=("Barrette", PART))
    assert judge("K-030", sheet) == f"pièces changées : « aucune », la barrette posée est {PART}"

"""The forms that are given, as a candidate fills them in, or leaves them."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from odfdo import Document as Odf
from odfdo import Element

from checks.documents.demand import Documents, find_piece
from checks.documents.facts.papers import Papers
from checks.hardware.demand import Hardware
from labctl.pipeline.paper import bench_pages
from labctl.pipeline.place import load_place
from labctl.reports.printed.document import load_centre
from labctl.reports.printed.odt import write_odt
from labctl.reports.printed.workbook import write_ods
from tests.checking import PLAN
from tests.papers import read_papers
from tests.unit.checks.test_documents import MINUTES, QUOTE, SHEET, changed, judge, write_docx

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


def blank_form(name: str, room: str = "demo", route: str = PLAN.route) -> Odf:
    """Return a text as it waits for a candidate."""
    (page,) = bench_pages(load_place(room, None), 1, [name], route, []).values()
    return Odf(io.BytesIO(write_odt(page, centre=load_centre())))


def read_sheet(document: Odf) -> Papers:
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


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reserves": "Réserves : .........."}, "le champ « reserves » est vide"),
        ({"tried": ("......", "......")}, "le champ « tests » est vide"),
        ({"fitted": ("......", "......", "......")}, "le champ « pieces changees » est vide"),
        ({"boxes": (BOXES[0], "", BOXES[2])}, "le champ « diagnostic » est vide"),
        ({"fields": FIELDS | {"Date": "........"}}, "le champ « date » est vide"),
        ({"fields": FIELDS | {"Numéro de série": "....."}}, "le champ « numero serie » est vide"),
        (
            {"fields": FIELDS | {"Heure de début, heure de fin": "08:30 ........"}},
            "le champ « heure fin » est vide",
        ),
    ],
)
def test_a_part_that_is_left_is_the_only_one_that_is_empty(
    changes: dict[str, Any], said: str
) -> None:
    assert judge("K-017", filled_sheet(**changes)) == said


@pytest.mark.parametrize(
    "changes",
    [
        {"reserves": "Réserves : pas de réserves"},
        {"tried": ("Tests d'impression", "OK")},
        {"boxes": ("Demande de diagnostic", "Câble débranché", "Travaux terminés")},
        {"fields": FIELDS | {"Heure de début, heure de fin": "08:30 ..... 10:00 ....."}},
    ],
)
def test_a_text_that_has_words_of_labels_is_a_text(changes: dict[str, Any]) -> None:
    assert judge("K-017", filled_sheet(**changes)) == ""


@pytest.mark.parametrize(("room", "route"), [("demo-ccp2", "ccp2"), ("demo-ccp3", "ccp3")])
def test_every_field_of_a_blank_sheet_is_empty_whatever_the_subject_asks(
    room: str, route: str
) -> None:
    plan = load_place(room, None).plan(1, route)
    fields = find_piece(plan.demand(Documents), plan, "sheet").fields

    said = judge("K-017", read_sheet(blank_form("fiche-intervention", room, route)), plan)

    asked = [one for one in fields if not one.startswith(("signature", "client"))]  # given
    assert said == " ; ".join(f"le champ « {one.replace('_', ' ')} » est vide" for one in asked)


def sheet_of(**changed_fields: str) -> Papers:
    """Return a sheet of somebody's own, in two columns."""
    fields = {
        "Nom du client": PLAN.company,
        "Demandeur": "Mme Teva",
        "N° de ticket": "42",
        "Date d'intervention": "15/06/2026",
        "Heure de début": "8h",
        "Heure de fin": "9h",
        "Type d'équipement": "IMP-ARU-01",
        "N° de série": "S1234",
        "Étiquette": "ARU-B1-P1-07",
        "Adresse IP": "10.21.30.15",
        "Description de la demande": BOXES[0],
        "Diagnostic": BOXES[1],
        "Travaux effectués": BOXES[2],
        "Pièces changées": PART,
        "Tests": "Tests fonctionnels : OK",
        "Réserves": "Pas de réserves",
    }
    rows = [[label, changed_fields.get(label, text)] for label, text in fields.items()]
    return read_papers({SHEET: write_docx(rows)})


def test_a_sheet_of_two_columns_conforms_and_its_empty_cells_do_not() -> None:
    assert judge("K-017", sheet_of()) == ""
    empty = {"Demandeur": "", "Diagnostic": "", "Tests": ""}
    assert judge("K-017", sheet_of(**empty)) == (
        "le champ « demandeur » est vide ; le champ « diagnostic » est vide ;"
        " le champ « tests » est vide"
    )


def test_headings_without_a_text_below_are_empty() -> None:
    sheet = write_docx(
        *("Demande", "Description des travaux", "Câble remis", "Tests", "Tests fonctionnels : OK"),
        *("Diagnostic", "Pièces changées : aucune", "Réserves", "Réserves : ....", "Client"),
    )
    said = judge("K-017", read_papers({SHEET: sheet}))
    assert "« demande » est vide" in said
    assert "« diagnostic » est vide" in said
    assert "« travaux » est vide" not in said
    assert "« tests » est vide" not in said


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        ("sera fait devant le jury", ""),
        ("aucun essai n'a été possible", ""),
        ("néant", "n'est pas coché, et aucune réserve n'en est écrite"),
        ("rien à signaler", "n'est pas coché, et aucune réserve n'en est écrite"),
        ("", "n'est pas coché, et aucune réserve n'en est écrite"),
    ],
)
def test_a_point_that_is_not_ticked_has_its_reserve_written(remark: str, said: str) -> None:
    papers = changed(MINUTES, r"☒ \| rien à signaler \|(?=\n\n)", f"☐ | {remark} |")
    told = judge("K-040", papers)
    assert told.endswith(said)
    assert bool(told) is bool(said)


@pytest.mark.parametrize(
    "decision",
    [
        "☐ Recette prononcée sans réserve ☐ avec les réserves ci-dessus ☐ refusée",
        "[ ] Recette prononcée [ ] avec réserves [ ] refusée",
        "..........",
    ],
)
def test_boxes_that_nobody_ticked_are_no_decision(decision: str) -> None:
    papers = changed(MINUTES, "^☒ Recette prononcée.*$", decision)
    assert judge("K-040", papers) == "aucune décision du client n'est cochée"


@pytest.mark.parametrize(
    "decision",
    [
        "☐ prononcée sans réserve ☑ avec les réserves ci-dessus ☐ refusée",
        "X Recette prononcée sans réserve ☐ avec les réserves ci-dessus ☐ refusée",
        "[x] Recette prononcée [ ] avec réserves [ ] refusée",
        "Recette prononcée sans réserve",
    ],
)
def test_a_decision_is_ticked_or_written(decision: str) -> None:
    assert judge("K-040", changed(MINUTES, "^☒ Recette prononcée.*$", decision)) == ""


def test_a_warranty_that_nobody_wrote_is_not_the_next_line_of_the_form() -> None:
    (page,) = bench_pages(load_place("demo", None), 1, ["devis"], PLAN.route, []).values()
    said = judge("K-111", read_papers({QUOTE: write_ods(page)}))
    assert said.endswith("« garantie » n'est pas rempli ; « delai » n'est pas rempli")


def test_a_warranty_that_is_sold_is_none_that_is_said() -> None:
    line = "| GAR-100 | Prolongation de garantie d'un an | 1 | 11900 | 11900 |"
    papers = changed(
        QUOTE, r"^Garantie et délai .*$", f"| a | b | c | d | e |\n|-|-|-|-|-|\n{line}"
    )
    assert "« garantie » n'est pas rempli" in judge("K-111", papers)

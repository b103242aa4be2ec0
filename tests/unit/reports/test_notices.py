"""Every format says that a run is partial, that its bench was solved, that it was judged anew."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from openpyxl import load_workbook

from labctl.cli.report import USUAL
from labctl.core.verdict import Broken, Help, Outside, Provenance, Restart, Verdict
from labctl.grade.model import ASSISTED, GradeSheet
from labctl.reports.registry import load
from labctl.reports.rows import each_row, list_notices, name_machines, tally
from tests.sheets import make_sheet

MARKED = Provenance(
    partial=True,
    only=("5.2",),
    outside=(Outside("K-900", "5.1", "Non demandé", 3),),
    helps=(
        Help("2026-01-01T08:30:00.000Z", "surveillante"),
        Help("2026-01-01T09:30:00.000Z", "jury", "câble coupé", "L1", "Réseau", ("switching",)),
    ),
    broken=(Broken("K-065", "Du DHCP", Verdict.NON_CONFORM, "aucune offre", "routeur"),),
    source="/relevés/ancien",
    restart=Restart(("routeur", "nas"), "avant", "pas prêtes : nas", ("K-002",)),
    unseen=("K-002",),
)
WORDS = (
    "Corrigé appliqué le 01/01/2026 à 08:30 UTC par surveillante",
    "Configuration de secours du lot L1 (Réseau) appliquée le 01/01/2026 à 09:30 UTC par jury"
    " : câble coupé.",
    "Relevé partiel (5.2)",
    "Jugé à nouveau",
    "Vérifié après redémarrage (coupure de courant : routeur, nas)",
    "Conforme avant, et plus après le redémarrage : K-002",
    "◇ : lu sur un produit que labctl",
)


def marked() -> GradeSheet:
    sheet = make_sheet()
    return replace(sheet, provenance=MARKED, counts=sheet.counts | {"conforme": 0, ASSISTED: 1})


def text_of(name: str, folder: Path) -> str:
    """Return all the text of what a format writes for two benches."""
    texts = []
    for path in load(name).write([marked(), replace(marked(), bench=8)], folder):
        if path.suffix == ".xlsx":
            cells = (cell for page in load_workbook(path) for row in page for cell in row)
            texts.append(" ".join(str(cell.value) for cell in cells))
        else:
            texts.append(path.read_text(encoding="utf-8"))
    return "\n".join(texts).replace("\u00a0", " ")


def test_a_run_without_marks_was_not_looked_at_after_a_restart() -> None:
    assert list_notices(make_sheet()) == ("Non vérifié après redémarrage.",)


def test_what_held_and_was_ready_needs_no_more_words() -> None:
    held = replace(make_sheet(), provenance=Provenance(restart=Restart(("nas",))))
    assert list_notices(held) == ("Vérifié après redémarrage (coupure de courant : nas).",)


@pytest.mark.parametrize("name", sorted(USUAL))
def test_every_format_tells_that_nobody_restarted_anything(name: str, tmp_path: Path) -> None:
    (path, *_others) = load(name).write([make_sheet()], tmp_path)
    if name == "xlsx":
        cells = (cell.value for page in load_workbook(path) for row in page for cell in row)
        text = " ".join(map(str, cells))
    else:
        text = path.read_text(encoding="utf-8").replace("\u00a0", " ")

    says = {"json": '"restart": null', "csv": '"redemarrees"'}
    assert says.get(name, "Non vérifié après redémarrage") in text


def test_a_run_that_lacks_facts_without_being_limited_says_so() -> None:
    lacking = replace(make_sheet(), provenance=replace(MARKED, only=()))
    assert "Relevé partiel (il en manque des faits)" in list_notices(lacking)[3]


@pytest.mark.parametrize(
    ("isolation", "words"),
    [("vm", "machines virtuelles"), ("container", "conteneurs non privilégiés")],
)
def test_people_read_what_kept_machines_apart(isolation: str, words: str, tmp_path: Path) -> None:
    apart = replace(make_sheet(), isolation=isolation)

    (page,) = load("html").write([apart], tmp_path)

    assert words in page.read_text("utf-8")


@pytest.mark.parametrize("name", ["html", "junit", "xlsx"])
def test_what_people_read_says_it_in_a_sentence(name: str, tmp_path: Path) -> None:
    text = text_of(name, tmp_path)
    assert all(word in text for word in WORDS)


@pytest.mark.parametrize("name", ["json", "csv"])
def test_what_programs_read_says_it_in_a_value(name: str, tmp_path: Path) -> None:
    text = text_of(name, tmp_path)
    assert "2026-01-01T08:30:00.000Z" in text
    assert "/relevés/ancien" in text
    assert '"partial": true' in text or '"oui"' in text


def test_every_format_is_tried() -> None:
    assert set(USUAL) == {"html", "junit", "xlsx", "json", "csv"}


def test_a_critere_that_was_not_asked_is_not_said_to_be_the_jurys_alone(tmp_path: Path) -> None:
    text = text_of("html", tmp_path)
    assert "Non demandé à ce relevé partiel : K-900" in text
    assert "Aucun constat de la machine" not in text


def test_what_was_not_asked_is_no_error_of_junit(tmp_path: Path) -> None:
    (path,) = load("junit").write([marked()], tmp_path)
    (suite,) = Xml.parse(path).getroot()  # noqa: S314  # what we wrote ourselves
    names = [case.get("name", "") for case in suite.iter("testcase")]
    assert (suite.get("tests"), suite.get("errors")) == ("5", "1")
    assert not [name for name in names if "K-900" in name]
    assert [one.get("value") for one in suite.iter("property") if one.get("name") == "aide"]


def test_what_conforms_after_help_has_a_sign_of_its_own() -> None:
    (criterion,) = (one for one in marked().competencies[0].criteria if one.verdicts)
    assert tally(criterion.verdicts) == "1△ 1✗ 1? 1⊘ 1–"


@pytest.mark.parametrize(("unseen", "marked"), [("K-002", 1), ("K-002@poste", 0), ("K-071", 0)])
def test_a_check_that_nobody_saw_read_a_real_product_is_marked(unseen: str, marked: int) -> None:
    sheet = replace(make_sheet(), provenance=Provenance(unseen=(unseen,)))

    labels = [row.verdict.label for row in each_row([name_machines(sheet)])]

    assert sum(label.endswith(" ◇") for label in labels) == marked

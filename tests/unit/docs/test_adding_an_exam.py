"""The page for a new exam: its title, with codes of its own, is graded and reported as data."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.cli.report import USUAL
from labctl.core.errors import SpecError, UsageError
from labctl.grade.document import from_document, to_document
from labctl.grade.model import GradeSheet, Mode
from labctl.grade.sheet import Frame, build_sheet
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.pipeline.choosing import choose_checks, load_exam
from labctl.pipeline.place import load_place
from labctl.pipeline.validate import validate
from labctl.reports.registry import load
from labctl.spec.grid import Grid
from tests.facts import evidence_of, solved_facts
from tests.plans import CAHIER, ROOT, example_cahier, plan_of

NAME = "technicienne-reseaux"
LOT = """
lots:
  - id: L1
    titre: Tout
    minutes: 60
    competences: [A-2, A-1, B-1]
    parcours: [complet]
    blocs: [%s]
"""
PLAN = plan_of(1)
PAGE = (ROOT / "docs" / "adding-an-exam.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```yaml\n# (inventories/\S+\.yml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the content folder of a centre, with the files of the page."""
    folder = tmp_path / "centre"
    use_content(folder)
    for name, text in FILE.findall(PAGE):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def exam(centre: Path) -> Grid:
    """Return the exam of the page."""
    assert centre.is_dir()
    return load_exam(NAME)


def choose(exam: Grid, route: str = "complet", only: tuple[str, ...] = ()) -> Selection:
    """Return the checks of a route of the exam."""
    return choose_checks(exam.referential.id, only).meant_for(replace(PLAN, route=route))


def sheet_of(exam: Grid, mode: Mode, route: str = "complet") -> GradeSheet:
    """Return the sheet of a solved bench."""
    plan = replace(PLAN, route=route)
    selection = choose_checks(exam.referential.id)
    (verdicts,) = judge([evidence_of(plan, solved_facts(plan))], selection)
    return build_sheet(verdicts, exam.referential, Frame(mode, route, PLAN.title, PLAN.company))


def test_its_grid_chooses_its_checks(exam: Grid) -> None:
    found = {check.spec.id for check in choose(exam).chosen}
    assert found == {"K-057", "K-058", "K-060", "K-061", "K-106"}
    assert {check.spec.id for check in choose(exam, "bloc-2").chosen} == {"K-106"}


def test_what_others_wait_for_is_judged_and_not_reported(exam: Grid) -> None:
    assert "K-059" in {check.spec.id for check in choose(exam).support}
    verdicts = [
        verdict
        for part in sheet_of(exam, Mode.EXAM).competencies
        for one in part.criteria
        for verdict in one.verdicts
    ]
    assert "K-059" not in {verdict.check for verdict in verdicts}
    assert {str(verdict.verdict) for verdict in verdicts} == {"conforme"}


@pytest.mark.parametrize("name", ["A-1", "a-1", "reseau", "A-1/b", "K-058"])
def test_its_own_codes_choose(exam: Grid, name: str) -> None:
    assert "K-058" in {check.spec.id for check in choose(exam, only=(name,)).chosen}


def test_a_code_of_another_title_is_refused_with_its_own(exam: Grid) -> None:
    with pytest.raises(UsageError, match=r"« 6\.2 »") as caught:
        choose(exam, only=("6.2",))
    assert caught.value.hint.startswith("critères : A-1/a, A-1/b, A-2/a, C-1/a ;")


def test_its_competencies_are_in_the_order_of_its_text(exam: Grid) -> None:
    sheet = sheet_of(exam, Mode.EXAM)
    assert [part.number for part in sheet.competencies] == ["B-1", "A-1", "A-2", "C-1", "C-2"]
    assert [part.modalities for part in sheet.competencies[:2]] == [("PRA",), ("PRA", "ORAL")]


def test_an_exam_of_it_has_no_points(exam: Grid) -> None:
    sheet = sheet_of(exam, Mode.EXAM)
    assert {part.points for part in sheet.competencies} == {None}
    assert from_document(to_document(sheet)) == sheet


def test_training_has_the_points_of_its_weights(exam: Grid) -> None:
    sheet = sheet_of(exam, Mode.TRAINING)
    shown = {part.number: part.points and part.points.awarded for part in sheet.competencies}
    assert shown == {"B-1": None, "A-1": 20, "A-2": 20, "C-1": 20, "C-2": None}
    ports = sheet.competencies[1].criteria[1]
    assert [verdict.weight for verdict in ports.verdicts] == [3, 1]
    assert from_document(to_document(sheet)) == sheet


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("name", USUAL)
def test_it_is_reported_in_every_format(exam: Grid, tmp_path: Path, name: str, mode: Mode) -> None:
    files = load(name).write([sheet_of(exam, mode)], tmp_path / "out")
    assert files
    assert all(file.stat().st_size for file in files)


def test_its_report_names_it_and_no_other_title(exam: Grid, tmp_path: Path) -> None:
    page, *_others = load("html").write([sheet_of(exam, Mode.EXAM)], tmp_path)
    text = page.read_text("utf-8")
    assert "Titre «\N{NO-BREAK SPACE}Technicienne réseaux\N{NO-BREAK SPACE}»" in text
    assert "B-1. Préparer un équipement" in text
    assert "assistance" not in text


def write_cahier(folder: Path, *changes: tuple[str, str]) -> None:
    """Write the shipped cahier for the exam of the page."""
    text = CAHIER.read_text("utf-8").replace("id: tai-tp-pme-01", "id: mon-sujet")
    text = text.replace("referentiel: tai", f"referentiel: {NAME}")
    text = re.sub(r"parcours: \[.*?\]", "parcours: [complet]", text)
    text = text[: text.index("\nlots:")] + LOT % ", ".join(example_cahier().wanted("A").demands)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "inventories" / "cahiers" / "mon-sujet.cdc.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_files_of_the_page_are_right(centre: Path) -> None:
    write_cahier(centre)
    files = [str(path) for path in sorted(centre.rglob("*.yml"))]
    assert len(files) == 3
    assert validate(files).mistakes == ()


def test_a_cahier_of_it_is_planned(centre: Path) -> None:
    write_cahier(centre)
    plan = load_place("demo", "mon-sujet").plan(1)
    assert (plan.cahier, plan.referential) == ("mon-sujet", NAME)


def test_a_cahier_that_names_what_it_has_not_is_refused(centre: Path) -> None:
    write_cahier(centre, ("parcours: [complet]", "parcours: [titre]"), ("[A-2, A-1, B-1]", "[6]"))
    with pytest.raises(SpecError) as caught:
        load_place("demo", "mon-sujet")
    rules = {mistake.rule for mistake in caught.value.mistakes}
    assert rules == {"parcours-inconnu", "competence-inconnue"}

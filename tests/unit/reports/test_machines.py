"""What kind of machines a bench had is said in every report."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from labctl.core.verdict import BenchVerdicts, CheckVerdict, EvidenceRef, Verdict
from labctl.grade.model import GradeSheet, Mode
from labctl.grade.sheet import Frame, build_sheet
from labctl.reports import registry
from labctl.reports.html import write_proofs
from labctl.reports.synthesis import list_topics
from labctl.spec.referential import load_referential
from tests.plans import ROOT, Desk
from tests.sheets import make_dossier, make_sheet

WORDS = {
    "html": "(poste simulé)",
    "csv": "windows_simule",
    "json": "windows_simule",
    "junit": "windows_simule",
}


@pytest.mark.parametrize("name", sorted(WORDS))
def test_a_simulation_is_named_beside_the_bench(name: str, tmp_path: Path) -> None:
    assert set(says(name, Desk.LINUX, tmp_path)) == {False}
    assert set(says(name, Desk.SIMULATED, tmp_path)) == {True}


def says(name: str, kind: Desk, folder: Path) -> list[bool]:
    """Tell of each file of a report whether it says that the workstation is a simulation."""
    sheet = replace(make_sheet(), workstation=kind.word, is_simulated=kind is Desk.SIMULATED)
    written = registry.load(name).write([sheet, sheet], folder)
    return [WORDS[name] in path.read_text("utf-8-sig") for path in written]


def test_a_simulation_is_named_in_the_workbook(tmp_path: Path) -> None:
    sheet = replace(make_sheet(), is_simulated=True)
    (path,) = registry.load("xlsx").write([sheet], tmp_path)

    firsts = [page.cell(2, 1) for page in load_workbook(path).worksheets]
    assert {(cell.value, cell.number_format) for cell in firsts} == {(7, '00" (poste simulé)"')}


def test_the_sheet_keeps_the_kind_of_the_verdicts() -> None:
    verdicts = BenchVerdicts(1, "A", "c", "namespace", "", "", "", (), "a", is_simulated=True)
    referential = load_referential(ROOT / "inventories" / "referentials" / "tai.yml")

    sheet = build_sheet(verdicts, referential, Frame(Mode.EXAM, "titre", "t", "c"))

    assert (sheet.workstation, sheet.is_simulated) == ("a", True)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("html", "machines virtuelles"),
        ("csv", '"vm"'),
        ("json", '"vm"'),
        ("junit", 'name="isolation" value="vm"'),
    ],
)
def test_every_report_says_the_isolation(name: str, said: str, tmp_path: Path) -> None:
    sheets = [replace(make_sheet(bench=bench), isolation="vm") for bench in (7, 8)]
    written = registry.load(name).write(sheets, tmp_path)
    assert all(said in path.read_text("utf-8-sig") for path in written)


def test_the_workbook_says_the_isolation(tmp_path: Path) -> None:
    (path,) = registry.load("xlsx").write([replace(make_sheet(), isolation="vm")], tmp_path)
    cells = {cell.value for cell in load_workbook(path)["Synthèse"][2]}
    assert "machines virtuelles" in cells


def sheet_of_two() -> GradeSheet:
    """Return a sheet with a check that fails on two machines, and blocks another on each."""
    proof = (EvidenceRef("poste", "x", "2026-01-01T00:00:00Z", 3, "ab" * 32),)
    made = tuple(
        CheckVerdict(name, "5.2", name, 1, verdict, machine=on, evidence=proof, blocked_by=by)
        for on in ("poste", "poste2")
        for name, verdict, by in (
            ("K-001", Verdict.NON_CONFORM, ()),
            ("K-002", Verdict.BLOCKED, ("K-001",)),
        )
    )
    sheet = make_sheet()
    competency = sheet.competencies[0]
    criterion = replace(competency.criteria[1], verdicts=made)
    return replace(sheet, competencies=(replace(competency, criteria=(criterion,)),))


def test_each_verdict_has_a_place_of_its_own_on_both_pages(tmp_path: Path) -> None:
    sheet = sheet_of_two()
    (grid,) = registry.load("html").write([sheet], tmp_path)
    for page in (grid, write_proofs(sheet, make_dossier(), tmp_path)):
        text = page.read_text("utf-8")
        places = re.findall(r'<td class="id" id="([^"]+)"', text)
        assert sorted(places) == ["K-001", "K-001@poste2", "K-002", "K-002@poste2"]
        assert set(re.findall(r'href="#(K[^"]+)"', text)) <= set(places)
        assert "K-001 (poste2)" in text
    asked = grid.read_text("utf-8").partition('class="topics"')[2].partition("</section>")[0]
    assert re.findall(r'<li><a class="check" href="#([^"]+)"', asked) == ["K-001", "K-001@poste2"]


def test_what_waits_for_a_machine_is_told_once() -> None:
    assert [topic.blocks for topic in list_topics(sheet_of_two())] == [("K-002",), ("K-002",)]

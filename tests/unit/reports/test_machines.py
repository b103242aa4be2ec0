"""What kind of machines a bench had is said in every report."""

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from labctl.core.verdict import BenchVerdicts
from labctl.grade.model import Mode
from labctl.grade.sheet import Frame, build_sheet
from labctl.reports import registry
from labctl.spec.referential import load_referential
from tests.plans import ROOT, Desk
from tests.sheets import make_sheet

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

"""A bench whose workstation is a simulation says so in every report."""

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from labctl.core.kind import Kind
from labctl.core.verdict import BenchVerdicts
from labctl.grade.model import Mode
from labctl.grade.sheet import Frame, build_sheet
from labctl.reports import registry
from labctl.spec.referential import load_referential
from tests.plans import ROOT
from tests.sheets import make_sheet

WORDS = {
    "html": "(poste simulé)",
    "csv": "windows_simule",
    "json": "windows_simule",
    "junit": "windows_simule",
}


@pytest.mark.parametrize("name", sorted(WORDS))
def test_a_simulation_is_named_beside_the_bench(name: str, tmp_path: Path) -> None:
    assert set(says(name, Kind.LINUX, tmp_path)) == {False}
    assert set(says(name, Kind.SIMULATED, tmp_path)) == {True}


def says(name: str, kind: Kind, folder: Path) -> list[bool]:
    """Tell of each file of a report whether it says that the workstation is a simulation."""
    sheet = replace(make_sheet(), workstation=kind)
    written = registry.load(name).write([sheet, sheet], folder)
    return [WORDS[name] in path.read_text("utf-8-sig") for path in written]


def test_a_simulation_is_named_in_the_workbook(tmp_path: Path) -> None:
    sheet = replace(make_sheet(), workstation=Kind.SIMULATED)
    (path,) = registry.load("xlsx").write([sheet], tmp_path)

    firsts = {str(page.cell(2, 1).value) for page in load_workbook(path).worksheets}
    assert "07 (poste simulé)" in firsts


def test_the_sheet_keeps_the_kind_of_the_verdicts() -> None:
    verdicts = BenchVerdicts(1, "A", "c", "namespace", "", "", "", (), Kind.SIMULATED)
    referential = load_referential(ROOT / "inventories" / "referentials" / "tai.yml")

    sheet = build_sheet(verdicts, referential, Frame(Mode.EXAM, "titre", "t", "c"))

    assert sheet.workstation is Kind.SIMULATED

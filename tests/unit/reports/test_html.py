"""The grille as people read and print it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core import i18n
from labctl.core.verdict import Verdict
from labctl.grade.model import GradeSheet, Mode
from labctl.reports.registry import load
from tests.sheets import make_sheet


def write(sheet: GradeSheet, folder: Path) -> str:
    (path,) = load("html").write([sheet], folder)
    return path.read_text(encoding="utf-8")


def row(page: str, verdict: Verdict) -> str:
    """Return what the grille says of the check that has a verdict."""
    number = tuple(Verdict).index(verdict) + 1
    found = re.search(rf'<tr>\n<td class="id">K-{number:03d}</td>.*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_every_page_on_paper_has_its_number_and_its_bench(tmp_path: Path) -> None:
    page = write(make_sheet(), tmp_path)

    assert '@bottom-left { content: "Banc 07 · efefefefefefefef"; }' in page
    assert "@bottom-right { content:counter(page)" in page


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "01/01/2026 à 00:00 UTC"), ("en", "2026-01-01 00:00 UTC")]
)
def test_the_moment_is_written_as_people_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv(i18n.VARIABLE, language)

    assert f"<dd>{said}</dd>" in write(make_sheet(), tmp_path)


@pytest.mark.parametrize("text", ["hier", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_is_none_is_left_alone(tmp_path: Path, text: str) -> None:
    assert f"<dd>{text}</dd>" in write(replace(make_sheet(), collected_at=text), tmp_path)


def test_what_was_expected_and_found_is_said_once(tmp_path: Path) -> None:
    said = row(write(make_sheet(text="VLAN 10"), tmp_path), Verdict.CONFORM)

    assert "<b>attendu et constaté\u00a0:</b> VLAN 10" in said
    assert "<b>constaté\u00a0:</b>" not in said


def test_what_blocks_is_said_once(tmp_path: Path) -> None:
    said = row(write(make_sheet(text="bloqué par K-001"), tmp_path), Verdict.BLOCKED)

    assert said.count("bloqué par") == 3  # the check that blocks, and what was expected and found
    assert "bloqué par\u00a0: K-001" in said


def test_the_points_of_a_competency_are_in_its_own_heading(tmp_path: Path) -> None:
    page = write(make_sheet(Mode.TRAINING), tmp_path)

    heading = re.search(r"<h2>.*?</h2>", page, re.DOTALL)
    assert heading is not None
    assert "4,2 / 10,0 (+ 2,0 en attente)" in heading[0]


def test_the_decision_names_its_competency(tmp_path: Path) -> None:
    assert '<div class="decision"><b>Compétence 5</b>' in write(make_sheet(), tmp_path)


def test_no_line_begins_with_a_sign_of_french(tmp_path: Path) -> None:
    said = row(write(make_sheet(text="port 5 : « poste »"), tmp_path), Verdict.NON_CONFORM)

    assert "port 5\u00a0: «\u00a0poste\u00a0»" in said


def test_a_fact_of_many_lines_is_one(tmp_path: Path) -> None:
    said = row(write(make_sheet(text="a\n" * 5000), tmp_path), Verdict.NON_CONFORM)

    assert "<b>attendu\u00a0:</b>" not in said  # the same as what was found
    assert said.count("a " * 300 + " […]</div>") == 2


def test_the_mode_is_said_in_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(i18n.VARIABLE, "en")

    assert "<dd>exam</dd>" in write(make_sheet(), tmp_path)


def test_the_room_counts_each_verdict_of_a_criterion(tmp_path: Path) -> None:
    *_pages, room = load("html").write([make_sheet(), make_sheet(bench=8)], tmp_path)

    assert room.read_text(encoding="utf-8").count("<td>1✓ 1✗ 1? 1⊘ 1–</td>") == 2

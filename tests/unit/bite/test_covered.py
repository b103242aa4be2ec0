"""The figures of coverage at the end of ``make test``: what is missing is named, and fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bite import covered
from tests.plans import ROOT

JUDGING = "labctl/spec/rules/exam.py"
ACTING = "labctl/connect/ssh/session.py"


def figures(size: int, lines: list[int], branches: list[list[int]]) -> dict[str, Any]:
    summary = {"num_statements": size - len(branches), "num_branches": len(branches)}
    return {"summary": summary, "missing_lines": lines, "missing_branches": branches}


def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, Any], *words: str
) -> tuple[int, list[str]]:
    (tmp_path / "figures.json").write_text(json.dumps({"files": files}))
    code = covered.main([*words, str(tmp_path / "figures.json")])
    return code, capsys.readouterr().out.splitlines()


def test_all_of_what_judges_and_enough_of_the_rest_is_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {JUDGING: figures(90, [], []), ACTING: figures(10, list(range(10)), [])}
    judging = "coverage of what judges: 100.00 % (100 % wanted)"
    overall = "coverage overall:        90.00 % (90 % wanted)"
    assert run(tmp_path, capsys, files) == (0, [judging])
    assert run(tmp_path, capsys, files, "--overall") == (0, [judging, overall])


def test_too_little_of_the_rest_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {JUDGING: figures(88, [], []), ACTING: figures(12, list(range(12)), [])}
    assert run(tmp_path, capsys, files, "--overall")[0] == 1
    assert run(tmp_path, capsys, files)[0] == 0


def test_what_is_missing_of_what_judges_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {JUDGING: figures(5000, [7], [[3, 9], [12, -1]]), ACTING: figures(5000, [1], [])}
    code, said = run(tmp_path, capsys, files)
    assert code == 1
    assert said[:2] == [
        f"{JUDGING}: no test goes through 7, 3→9, 12→-1",
        "coverage of what judges: 99.94 % (100 % wanted)",
    ]


def test_no_figure_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, capsys, {})[0] == 1
    assert run(tmp_path, capsys, {ACTING: figures(10, [], [])})[0] == 1


def test_every_pattern_of_what_judges_names_a_file() -> None:
    patterns = covered._patterns()
    assert [one for one in patterns if not any(ROOT.glob(one))] == []

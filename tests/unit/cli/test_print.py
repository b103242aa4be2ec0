"""``labctl print`` from the command line: paths on the output, what is missing on the other one."""

import json
from pathlib import Path

import pytest

from labctl.cli.main import run


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the state of this machine out: no bench is built."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))


def test_the_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["print", "3", "--what", "porte", "--date", "2026-12-07", "--out", str(tmp_path)])

    assert (code, capsys.readouterr().out) == (0, f"{tmp_path}/banc-03-porte.pdf\n")


def test_what_is_missing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["print", "3", "--what", "annexe", "--json", "--out", str(tmp_path)])

    found = json.loads(capsys.readouterr().out)
    assert code == 3
    assert found["files"] == [f"{tmp_path}/banc-03-annexe.pdf"]
    assert "domain_admin_password" in found["missing"][0]


@pytest.mark.parametrize(
    "words",
    [["--date", "demain"], ["--what", ","], ["--what", "inconnu"]],
    ids=["no date", "nothing", "unknown"],
)
def test_a_wrong_wish_prints_nothing(words: list[str], tmp_path: Path) -> None:
    assert run(["print", "3", "--out", str(tmp_path / "out"), *words]) == 2
    assert not (tmp_path / "out").exists()

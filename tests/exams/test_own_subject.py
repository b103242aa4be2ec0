"""The page for a subject of one's own, on a bench: written, solved and proved as it says."""

from pathlib import Path

import pytest

from tests.commands import Command
from tests.figures import Figures
from tests.own_subject import change_subject

TRIED = ("L-001", "K-034", "K-058", "K-065")
"""Its own check, and some whose sabotage must fit a subject without trunk, guests or domain."""


@pytest.mark.nightly
@pytest.mark.embedded
def test_a_new_subject_is_solved_and_proved(tmp_path: Path, figures: Figures) -> None:
    folder = tmp_path / "centre"
    own = {"LABCTL_CONTENT_DIR": str(folder), "LABCTL_ROOM": "mon-sujet"}
    first = Command(tmp_path, {"LABCTL_CONTENT_DIR": ""})
    first.must("new", "subject", "mon-sujet", "--in", str(folder))
    command = Command(tmp_path, own)
    command.must("new", "check", "accueil")
    change_subject(folder)
    command.must("validate")
    try:
        command.must("up", "1")
        untouched = command.verdicts(1)
        document = command.json("prove", "1", *(f"--only={check}" for check in TRIED))
        solved = command.verdicts(1, "--strict")
    finally:
        command.must("down", "--all")
    assert "conforme" not in {one["verdict"] for one in untouched.values()}
    found = {row["case"]: tuple(row["reasons"]) for row in document["checks"]}
    assert found == dict.fromkeys(TRIED, ())
    assert {one["verdict"] for one in solved.values()} == {"conforme", "sans objet"}
    figures.add("checks of a new subject", "solved", len(solved))

"""The shipped cahier with every name changed and a desk more: solved, judged and proved as it is.

Only the cahier and the room are the centre's: no check, role or sabotage is copied.
"""

from pathlib import Path

import pytest

from tests.commands import Command, saw
from tests.renamed import MACHINES, SECOND_DESK, write_renamed

PROVED = ("K-007", "K-035", "K-065", "K-071", "K-079", "K-091", "K-106")
"""One of each machine that is configured; K-007, K-035 and K-079 are of both desks."""


@pytest.mark.nightly
@pytest.mark.embedded
def test_a_renamed_cahier_is_solved_and_proved_with_nothing_copied(tmp_path: Path) -> None:
    write_renamed(tmp_path / "centre")
    own = {"LABCTL_CONTENT_DIR": str(tmp_path / "centre"), "LABCTL_ROOM": "autre"}
    command = Command(tmp_path / "state", own)
    command.must("validate")
    only = [word for check in PROVED for word in ("--only", check)]
    try:
        command.must("up", "1")
        proved = command.json("prove", "1", *only)
        sheet = command.json("grade", "1", "--strict")
    finally:
        command.must("down", "--all")

    unproved = {row["case"]: row["reasons"] for row in proved["checks"] if row["reasons"]}
    assert (unproved, proved["failed"], proved["score"]) == ({}, {}, "1")
    cases = {row["case"] for row in proved["checks"]}
    desk = dict(MACHINES)["poste"]
    assert {f"K-035@{desk}", f"K-035@{SECOND_DESK}"} < cases
    found = [
        saw(verdict)
        for bench in sheet["benches"]
        for competency in bench["competencies"]
        for criterion in competency["criteria"]
        for verdict in criterion["verdicts"]
    ]
    assert len(found) > 86
    assert set(found) == {"conforme"}

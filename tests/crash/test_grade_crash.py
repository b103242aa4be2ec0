"""kill -9 of grade at any moment: nothing lives on, and the same command finds a healthy bench."""

import os
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.wait import until
from tests.commands import Command
from tests.crash.killed_verb import kill_when_it_says

pytestmark = pytest.mark.embedded

BENCH = "1"
MARK = "LABCTL_STATE_DIR="


def _tool_processes(command: Command) -> list[int]:
    """Return labctl's own processes for this state folder, machines and tests left out."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == os.getpid():
            continue
        try:
            environment = (folder / "environ").read_bytes()
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if f"{MARK}{command.state}".encode() in environment and b"labctl\0grade" in line:
            found.append(int(folder.name))
    return found


def _twins(command: Command) -> str:
    return command.must(
        *("connect", BENCH, "dc", "--", "/usr/bin/ldbsearch"),
        *("-H", "/var/lib/samba/private/sam.ldb", "(sAMAccountName=labctl-j-*)", "dn"),
    )


@pytest.mark.parametrize("word", ["Relevé", "pose", "essaie les partages"])
def test_a_killed_grade_leaves_nothing_and_grades_again(solved: Command, word: str) -> None:
    kill_when_it_says(solved, ("grade", BENCH), word)

    gone = until(lambda: not _tool_processes(solved), Deadline.after(60))
    verdicts = solved.verdicts(1)

    assert gone, f"still there: {_tool_processes(solved)}"
    assert {check for check, v in verdicts.items() if v["verdict"] != "conforme"} == set()
    assert "labctl-j-" not in _twins(solved)

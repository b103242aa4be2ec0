"""kill -9 of grade or collect at any moment: nothing lives on, and the bench is still healthy."""

import os
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.wait import until
from tests.commands import Command
from tests.crash.killed_verb import kill_verb, measure
from tests.crash.small import KILLS, SCALE
from tests.figures import Figures

pytestmark = pytest.mark.embedded

BENCH = "1"
MARK = "LABCTL_STATE_DIR="
MOMENTS: list[tuple[str, str | float, bool]] = [
    ("grade", "Relevé", False),
    ("collect", "pose", True),
    ("grade", "essaie les partages", False),
]
"""A verb, and a word of its progress or a part of the time that a whole collection takes."""
if SCALE > 1:
    MOMENTS += [
        ("collect", 0.1, False),
        ("grade", 0.25, True),
        ("collect", 0.4, False),
        ("collect", 0.5, True),
        ("grade", 0.6, False),
        ("collect", 0.7, True),
        ("collect", 0.85, False),
        ("grade", 0.95, True),
    ]


@pytest.fixture(scope="module")
def length_s(solved: Command) -> float:
    """Measure a whole collection, where instants are tried."""
    return measure(solved, ("collect", BENCH)) if SCALE > 1 else 0.0


@pytest.mark.parametrize(("verb", "moment", "group"), MOMENTS)
def test_a_killed_grade_leaves_nothing_and_grades_again(
    solved: Command,
    figures: Figures,
    length_s: float,
    verb: str,
    moment: str | float,
    *,
    group: bool,
) -> None:
    when = moment if isinstance(moment, str) else moment * length_s
    if kill_verb(solved, (verb, BENCH), when, group=group):
        figures.add(KILLS, f"{verb}, the whole group" if group else verb)

    gone = until(lambda: not _tool_processes(solved), Deadline.after(60))
    verdicts = solved.verdicts(1)

    assert gone, f"still there: {_tool_processes(solved)}"
    assert {check for check, v in verdicts.items() if v["verdict"] != "conforme"} == set()
    assert "labctl-j-" not in _twins(solved)


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
        is_ours = f"{MARK}{command.state}".encode() in environment
        if is_ours and any(b"labctl\0" + verb in line for verb in (b"grade", b"collect")):
            found.append(int(folder.name))
    return found


def _twins(command: Command) -> str:
    return command.must(
        *("connect", BENCH, "dc", "--", "/usr/bin/ldbsearch"),
        *("-H", "/var/lib/samba/private/sam.ldb", "(sAMAccountName=labctl-j-*)", "dn"),
    )

"""What the shipped exam says of three variants at both desks: a redesign must not change it.

`make snapshot` runs this, `make test` does not: six benches are built, graded, solved and graded
again. Rewrite on purpose with LABCTL_REWRITE_GOLDEN=1, and read the diff.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.commands import Command
from tests.golden import assert_golden
from tests.plans import ROOM, ROOT

GOLDEN = ROOT / "tests" / "golden" / "snapshot"
BENCHES = range(1, 7)
LINUX_DESKS = re.compile(r"\{(?=num: [456],)")
VOLATILE = re.compile(r"02:4c(:[0-9a-f]{2}){4}|\d{2}/\d{2}/\d{4}|\d{2}:\d{2}(:\d{2})?")


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Build six benches: variants A, C and B with a Windows stand-in, A, B and C with a Linux."""
    content = tmp_path_factory.mktemp("content")
    path = content / "inventories" / "rooms" / "instantane.room.yml"
    path.parent.mkdir(parents=True)
    text = ROOM.read_text(encoding="utf-8").replace("id: demo", "id: instantane")
    chosen = "{genres: {poste: workstation-linux}, "
    path.write_text(LINUX_DESKS.sub(chosen, text), encoding="utf-8")
    command = Command(
        tmp_path_factory.mktemp("state"),
        {"LABCTL_CONTENT_DIR": str(content), "LABCTL_ROOM": "instantane"},
    )
    command.must("up", "1-6", timeout_s=300)
    yield command
    command.must("down", "1-6")


def lines_of(verdicts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one line per check: what was concluded, and what a person reads of it."""
    lines = (
        f"{check} {one['verdict']}: {VOLATILE.sub('…', str(one['message']))}"
        for check, one in sorted(verdicts.items())
    )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("state", ["untouched", "solved"])
def test_verdicts_are_the_golden_ones(command: Command, state: str) -> None:
    if state == "solved":
        command.must("solve", "1-6")
    for bench in BENCHES:
        said = lines_of(command.verdicts(bench))
        assert_golden(said, GOLDEN / f"{bench}-{state}.txt")

"""Benches solved by other valid means than the reference solution: everything conforms.

In ``make test``, one bench with what the machines are delivered with, graded before and after a
power cut. ``make other-ways`` (``LABCTL_OTHER_WAYS``: how many times, 10) also solves the other
variants with other products, and a Linux workstation, and grades every bench right after each
service was started again, and beside eight processes that compute without end.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from tests.commands import Command, saw
from tests.other_ways import ways
from tests.other_ways.layer import write_content
from tests.other_ways.machines import Machines
from tests.other_ways.ways import Ways
from tests.papers import ON_PAPER
from tests.plans import Desk, plan_of

pytestmark = pytest.mark.embedded

TIMES = int(os.environ.get("LABCTL_OTHER_WAYS", "0"))
BUSY = 8
FOREVER = "while True: pass"
long = pytest.mark.skipif(TIMES == 0, reason="make other-ways")

ON_SCREEN = {"K-048": "non vérifiable"}
"""What a person looks at where a technician took another product: the journal of its antivirus."""

Sheet = dict[str, Any]
Case = tuple[int, Desk, Ways, Mapping[str, Sequence[str]]]
CASES = [
    pytest.param((1, Desk.SIMULATED, ways.DELIVERED, {}), id="delivered"),
    pytest.param((2, Desk.SIMULATED, ways.KEA, ways.WITH_KEA), id="kea", marks=long),
    pytest.param((3, Desk.SIMULATED, ways.ISC, ways.WITH_ISC), id="isc", marks=long),
    pytest.param((2, Desk.LINUX, ways.DELIVERED, {}), id="linux-delivered", marks=long),
    pytest.param((3, Desk.LINUX, ways.KEA, ways.WITH_KEA), id="linux-kea", marks=long),
    pytest.param((1, Desk.LINUX, ways.ISC, ways.WITH_ISC), id="linux-isc", marks=long),
]


@pytest.fixture
def solved(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Machines, Desk, Ways]]:
    """Give a bench that a technician of other habits has solved, in a room of its own."""
    bench, kind, way, packages = cast("Case", request.param)
    write_content(tmp_path / "content", kind, packages)
    room = Command(tmp_path / "state", {"LABCTL_CONTENT_DIR": str(tmp_path / "content")})
    machines = Machines(room, bench)
    try:
        room.must("up", str(bench))
        ways.solve(machines, plan_of(bench, kind), way)
        yield machines, kind, way
    finally:
        room.must("down", "--all", "--yes")


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep the processors busy."""
    argv = (sys.executable, "-c", FOREVER)
    running = [subprocess.Popen(argv) for _each in range(count)]  # noqa: TID251  # outside labctl
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def others(sheet: Sheet) -> dict[str, str]:
    """Return what does not conform, and why; what the route does not ask is left out."""
    return {
        verdict["check"]: f"{verdict['verdict']}: {verdict['message']}"
        for competency in sheet["competencies"]
        for criterion in competency["criteria"]
        for verdict in criterion["verdicts"]
        if saw(verdict) not in {"conforme", "sans objet", ON_SCREEN.get(verdict["check"])}
        and verdict["check"] not in ON_PAPER
    }


def grade(machines: Machines, *words: str) -> Sheet:
    """Grade the bench and return the sheet."""
    done = machines.room.run("grade", *(words or [str(machines.bench)]), "--json")
    assert done.returncode in {0, 4}, done.stderr[-3000:]
    (sheet,) = json.loads(done.stdout)["benches"]
    return cast("Sheet", sheet)


def grade_after_cut(machines: Machines) -> tuple[Sheet, Sheet]:
    """Return the sheet before a power cut of the candidate's machines, and that after it."""
    after = grade(machines, str(machines.bench), "--after-restart")
    before = Path(after["run"]).parent / after["provenance"]["restart"]["before"]
    return grade(machines, "--from", str(before)), after


@pytest.mark.parametrize("solved", CASES, indirect=True)
def test_what_was_asked_conforms_however_it_was_done(
    solved: tuple[Machines, Desk, Ways],
) -> None:
    machines, kind, way = solved
    plan = plan_of(machines.bench, kind)

    quiet = [*grade_after_cut(machines), *(grade(machines) for _time in range(TIMES))]
    restarted = []
    for _time in range(TIMES):
        ways.restart(machines, plan, way)
        restarted.append(grade(machines))
    with busy(BUSY if TIMES else 0):
        beside = [grade(machines) for _time in range(TIMES)]

    assert [found for found in map(others, (*quiet, *restarted, *beside)) if found] == []

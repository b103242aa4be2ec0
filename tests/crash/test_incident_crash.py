"""kill -9 at every step of an injection and of its undoing: the same command then converges.

On a machine that is files every point is tried; on a bench, what the kernel kills.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.pipeline import incident_book as book
from labctl.pipeline.incidents import bench as doing
from tests.commands import Command
from tests.crash.killed_verb import kill_verb
from tests.crash.small import KILLS, SCALE
from tests.figures import Figures
from tests.unit.pipeline.file_bench import (
    DRAWS,
    EDITED,
    Killed,
    Machine,
    bench_of,
    new_machine,
)

INCIDENT = "P-12"
POINTS = [("inject", f"injecte {INCIDENT}"), ("undo", f"retire {INCIDENT}")]
if SCALE > 1:
    POINTS += [("inject", "le banc avant la panne"), ("inject", "attend que le symptôme")]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine that is files, and its state folder."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    return new_machine()


def count(act: str) -> int:
    """Return how many commands an act takes."""
    machine = new_machine()
    bench = bench_of(machine)
    doing.inject(bench, DRAWS)
    if act == "undo":
        before = machine.commands
        doing.undo(bench, ["P-901"])
        return machine.commands - before
    return machine.commands


@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_of_an_injection_is_made_good_by_the_next(
    machine: Machine, after: bool
) -> None:
    whole = count("inject")
    book.retire_book(1)
    for dies in range(1, whole + 1):
        machine = replace(new_machine(), dies=dies, dies_after=after)
        with pytest.raises(Killed):
            doing.inject(bench_of(machine), DRAWS)
        doing.inject(bench_of(machine), DRAWS)
        assert machine.files[EDITED].content == b"un\nworse\ndeux\n", dies
        doing.undo(bench_of(machine), ["P-901"])
        assert machine.files == new_machine().files, dies
        book.retire_book(1)


@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_of_an_injection_can_be_undone(machine: Machine, after: bool) -> None:
    whole = count("inject")
    book.retire_book(1)
    for dies in range(1, whole + 1):
        machine = replace(new_machine(), dies=dies, dies_after=after)
        with pytest.raises(Killed):
            doing.inject(bench_of(machine), DRAWS)
        doing.undo(bench_of(machine), ["P-901"])
        assert machine.files == new_machine().files, dies
        book.retire_book(1)


@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_of_an_undoing_is_made_good_by_the_next(
    machine: Machine, after: bool
) -> None:
    whole = count("undo")
    book.retire_book(1)
    for dies in range(1, whole + 1):
        machine = new_machine()
        doing.inject(bench_of(machine), DRAWS)
        machine.dies, machine.dies_after = machine.commands + dies, after
        with pytest.raises(Killed):
            doing.undo(bench_of(machine), ["P-901"])
        doing.undo(bench_of(machine), ["P-901"])
        assert machine.files == new_machine().files, dies
        book.retire_book(1)


@pytest.mark.embedded
def test_a_killed_verb_is_ended_by_the_next(solved: Command, figures: Figures) -> None:
    only = ("--only", INCIDENT)
    for act, moment in POINTS:
        if act == "undo":
            solved.must("incident", "inject", "1", *only)
        if kill_verb(solved, ("incident", act, "1", *only), moment, group=True):
            figures.add(KILLS, f"incident {act}")
        solved.must("incident", "inject", "1", *only)
        shown = solved.json("incident", "status", "1")["benches"]["1"][-1]
        assert (shown["stage"], shown["looks"][-1]["lines"]["symptom"]) == ("injectée", "non")
        solved.must("incident", "undo", "1")
    verdicts = solved.verdicts(1)
    assert {name for name, one in verdicts.items() if one["verdict"] != "conforme"} == set()

"""Two exams of other titles and other topologies, content only: from validate to prove.

``home``: one flat network, a box that does everything, two workstations, a NAS of no domain.
``sensors``: two routers and two switches, a kind of machine and a protocol of its own.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from labctl.configure.compose import compose_for
from labctl.judge.catalogue import read_checks
from labctl.pipeline.choosing import choose_checks, list_faults, load_exam
from labctl.pipeline.place import Place, load_place
from labctl.plan.fault import resolve
from labctl.plan.render import render_svg
from labctl.spec.kind import load_kind
from labctl.spec.topology import NodeState
from tests.commands import Command
from tests.figures import Figures
from tests.plans import ROOT

BENCHES = (1, 2)
"""One of each variant."""
OURS = (NodeState.OBSERVER, NodeState.EXISTING)


@dataclass(frozen=True)
class Exam:
    """A foreign exam: its content folder, and its room."""

    name: str
    room: str

    @property
    def folder(self) -> Path:
        """Return its content folder."""
        return ROOT / "tests" / "exams" / self.name

    @property
    def place(self) -> Place:
        """Return its room with its cahier; its folder is the centre's content."""
        return load_place(self.room, None)


EXAMS = (Exam("home", "maison"), Exam("sensors", "atelier"))
each = pytest.mark.parametrize("exam", EXAMS, ids=lambda exam: exam.name, indirect=True)


@pytest.fixture
def exam(request: pytest.FixtureRequest, use_content: Callable[[Path], None]) -> Exam:
    """Give a foreign exam, its folder being the centre's content."""
    found: Exam = request.param
    use_content(found.folder)
    return found


def own_checks(exam: Exam) -> set[str]:
    """Return the checks that the exam's folder brings."""
    checks, mistakes = read_checks()
    assert mistakes == ()
    return {str(one.spec.id) for one in checks if Path(one.file).is_relative_to(exam.folder)}


@each
def test_its_title_and_its_grid_are_right(exam: Exam) -> None:
    cahier = exam.place.cahier
    grid = load_exam(cahier.referential)
    assert set(map(str, grid.entries)) == own_checks(exam)
    assert len(grid.entries) >= 12
    assert cahier.routes[0] == "complet"


@each
@pytest.mark.parametrize("bench", BENCHES)
def test_it_is_planned_and_drawn(exam: Exam, bench: int) -> None:
    plan = exam.place.plan(bench)
    drawn = render_svg(plan)
    for node in plan.nodes.values():
        if node.state not in OURS:
            assert node.hostname in drawn
            assert str(load_kind(node.kind).symbol) in drawn


@each
@pytest.mark.parametrize("bench", BENCHES)
def test_every_check_has_a_sabotage_of_its_plan_on_each_machine(exam: Exam, bench: int) -> None:
    plan = exam.place.plan(bench)
    selection = choose_checks(plan.referential)
    faults = list_faults(selection, plan)
    assert {str(fault.check).partition("@")[0] for fault in faults} == own_checks(exam)
    assert all("${" not in repr(resolve(fault, plan).steps) for fault in faults)


@each
def test_its_solution_is_for_its_machines(exam: Exam) -> None:
    plan = exam.place.plan(1)
    concerned = set(compose_for(plan).variables)
    assert concerned
    assert {plan.nodes[name].state for name in concerned} == {NodeState.TO_CONFIGURE}


@pytest.mark.embedded
@pytest.mark.parametrize("exam", EXAMS, ids=lambda exam: exam.name)
def test_from_validate_to_prove(exam: Exam, tmp_path: Path, figures: Figures) -> None:
    own = {"LABCTL_CONTENT_DIR": str(exam.folder), "LABCTL_ROOM": exam.room}
    command = Command(tmp_path, own)
    started = time.monotonic()
    command.must("validate")
    assert command.json("plan", "1")["referential"]
    try:
        command.must("up", "1")
        document = command.json("prove", "1")
        solved = command.verdicts(1, "--strict")
        command.must("report", "1", "--output", str(tmp_path / "reports"))
    finally:
        command.must("down", "--all")
    figures.took(f"exam {exam.name}, from validate to prove", time.monotonic() - started)
    assert (document["failed"], document["interruptions"]) == ({}, [])
    unproved = {row["case"]: row["reasons"] for row in document["checks"] if row["reasons"]}
    assert unproved == {}
    assert document["score"] == "1"
    assert {row["check"] for row in document["checks"]} == set(solved)
    assert len(solved) >= 12

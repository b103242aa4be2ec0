"""Two exams of other titles and other topologies, content only: planned, drawn, solved, proved.

``home``: one flat network, a box that does everything, two workstations, a NAS of no domain.
``sensors``: two routers and two switches, a kind of machine and a protocol of its own.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.configure.compose import compose_for
from labctl.core.deadline import Deadline
from labctl.judge.catalogue import read_checks
from labctl.pipeline import prove
from labctl.pipeline.choosing import choose_checks, list_faults, load_exam
from labctl.pipeline.exam import load_referential
from labctl.plan.fault import resolve
from labctl.plan.render import render_svg
from labctl.providers import registry
from labctl.spec.kind import load_kind
from tests.exams.foreign import BENCH, FOLDER, NAMES, Exam, open_exam
from tests.figures import Figures

VARIANTS = ("A", "B")


@pytest.fixture
def exam(
    request: pytest.FixtureRequest,
    use_content: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Exam:
    """Give a foreign exam, its folder being the centre's content."""
    use_content(FOLDER / request.param)
    return open_exam(request.param, monkeypatch)


each = pytest.mark.parametrize("exam", NAMES, indirect=True)


def own_checks(exam: Exam) -> set[str]:
    """Return the checks that the exam's folder brings."""
    checks, mistakes = read_checks()
    assert mistakes == ()
    return {str(one.spec.id) for one in checks if Path(one.file).is_relative_to(exam.folder)}


@each
def test_its_title_and_its_grid_are_right(exam: Exam) -> None:
    name = str(exam.source.tree["referentiel"])
    grid = load_exam(name)
    assert set(map(str, grid.entries)) == own_checks(exam)
    assert len(grid.entries) >= 12
    routes = load_referential(name).routes
    assert set(exam.source.tree["parcours"]) <= set(routes)  # type: ignore[arg-type]  # a list


@each
@pytest.mark.parametrize("variant", VARIANTS)
def test_it_is_planned_and_drawn(exam: Exam, variant: str) -> None:
    plan = exam.plan(variant)
    drawn = render_svg(plan)
    for node in plan.nodes.values():
        symbol = load_kind(node.kind).symbol
        if node.name in exam.tree(variant)["machines"]:  # type: ignore[operator]  # a block
            assert node.hostname in drawn
            assert str(symbol) in drawn


@each
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_check_has_a_sabotage_of_its_plan_on_each_machine(exam: Exam, variant: str) -> None:
    plan = exam.plan(variant)
    selection = choose_checks(plan.referential).asked(plan.demands)
    faults = list_faults(selection, plan)
    assert {str(fault.check).partition("@")[0] for fault in faults} == own_checks(exam)
    assert all("${" not in repr(resolve(fault, plan).steps) for fault in faults)


@each
def test_its_solution_is_for_its_machines(exam: Exam) -> None:
    plan = exam.plan("A")
    concerned = set(compose_for(plan).variables)
    assert concerned <= set(map(str, exam.tree("A")["machines"]))  # type: ignore[arg-type]


@pytest.mark.embedded
@each
def test_each_of_its_checks_discriminates_on_a_bench(
    exam: Exam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figures: Figures
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    plan, provider = exam.plan("A"), registry.load("embedded")
    started = time.monotonic()
    try:
        provider.up(plan, lambda _text: None, Deadline.after(400))
        result = prove.prove(
            exam.place(plan), (BENCH,), (), lambda _bench, _text: None, tmp_path / "proof.json"
        )
    finally:
        provider.down(plan.bench, Deadline.after(60))
    figures.took(f"exam {exam.folder.name} proved", time.monotonic() - started)
    assert (result.failed, result.interruptions) == ({}, ())
    assert {row.case: row.reasons for row in result.proof.rows if row.reasons} == {}
    assert {row.check for row in result.proof.rows} == own_checks(exam)
    assert result.proof.score == 1

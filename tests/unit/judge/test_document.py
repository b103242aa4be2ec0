"""Verdicts as a document."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.judge.document import to_document, write_verdicts
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.pipeline.choosing import choose_checks
from tests.facts import evidence_of, solved_facts, untouched_facts
from tests.plans import Desk, plan_of

PLAN = plan_of(1)
(SOLVED, UNTOUCHED) = judge(
    [evidence_of(PLAN, solved_facts(PLAN)), evidence_of(PLAN, untouched_facts(PLAN))],
    choose_checks("tai"),
)


def test_equal_verdicts_are_equal_files(tmp_path: Path) -> None:
    write_verdicts(tmp_path / "a.json", SOLVED)
    write_verdicts(tmp_path / "b.json", replace(SOLVED))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize("kind", Desk)
def test_verdicts_say_of_which_workstation_they_are(kind: Desk) -> None:
    (bench,) = judge([evidence_of(plan_of(1, kind), {})], Selection((), ()))
    assert (bench.workstation, bench.is_simulated) == (kind.word, kind is Desk.SIMULATED)


def test_shape_is_versioned() -> None:
    assert to_document(SOLVED)["schema"] == "labctl/verdicts/v1"

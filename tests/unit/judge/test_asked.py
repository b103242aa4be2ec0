"""A check that compares facts to a demand: it is given it, or is left out where nobody makes it."""

from dataclasses import dataclass, replace

from checks.updates.demand import UpdateLevel
from labctl.core.check import check
from labctl.core.verdict import CheckVerdict, Match, Reason, Verdict
from labctl.judge.catalogue import Check
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.plan.model import Plan
from tests.facts import evidence_of
from tests.plans import plan_of

PLAN = plan_of(1)


@dataclass(frozen=True, slots=True)
class Thing:
    """A fact of these tests."""

    value: int = 2314


@check("K-901", asks=(UpdateLevel, Plan), needs=Thing)
def check_level(asked: UpdateLevel, plan: Plan, thing: Thing) -> Match | None:
    """Un contrôle d'essai."""
    assert plan.bench
    assert thing.value >= asked.ubr_min
    return None


CHECK = Check(check_level.labctl_check, check_level, "essai.py", 1)  # type: ignore[attr-defined]


def judged(plan: Plan) -> tuple[CheckVerdict, ...]:
    (bench,) = judge([evidence_of(plan, {Thing: Thing()})], Selection((CHECK,), ()))
    return bench.verdicts


def test_a_check_is_given_the_demand_then_the_plan_then_the_facts() -> None:
    (found,) = judged(PLAN)
    assert found.verdict is Verdict.CONFORM


def test_a_check_of_a_topic_that_the_cahier_does_not_name_is_left_out() -> None:
    assert judged(replace(PLAN, demands={})) == ()


def test_a_demand_that_can_no_longer_be_read_is_not_judged() -> None:
    older: dict[str, object] = {"updates": {"on": ["poste"]}}
    (found,) = judged(replace(PLAN, demands=older))
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.SPEC)


def test_a_plan_finds_the_demands_it_has() -> None:
    assert PLAN.find(UpdateLevel) == PLAN.demand(UpdateLevel)
    assert replace(PLAN, demands={}).find(UpdateLevel) is None

"""The threat model says of every check what it rests on, from the questions really asked."""

from checks.quote.facts import Catalogue
from labctl.api import NodeName
from labctl.connect.base import Question
from labctl.core.check import CheckSpec
from labctl.facts.registry import is_per_machine, name_of, want
from labctl.judge.catalogue import load_catalogue
from labctl.judge.threats import Source, basis_of, render_threats, sources_of
from labctl.plan.model import Plan
from tests.box_facts import box_plan
from tests.golden import assert_golden
from tests.plans import ROOT, Desk, plan_of

PAGE = ROOT / "docs" / "threat-model.md"
TABLE = "Made from the catalogue by `make docs`.\n\n"
PLAN: Plan = plan_of(1, Desk.SIMULATED)


ASK_NOTHING = (Catalogue,)
"""Facts that labctl has of itself: what it gave the candidate."""


def sources_by_fact() -> dict[str, frozenset[Source]]:
    facts = {f for spec in load_catalogue() for f in (*spec.needs, *spec.witnesses)}
    return {name_of(fact): sources_of(*questions_of(fact)) for fact in facts}


def questions_of(fact: type[object]) -> tuple[Plan, tuple[Question, ...]]:
    """Return a plan, and what is asked on it: of a box for what only that tells."""
    asked = ((PLAN, PLAN.desks[0].name), (box_plan(), NodeName("box")))
    for plan, machine in asked:
        found = want(plan, (fact, machine if is_per_machine(fact) else ""))
        if found and ((questions := found.ask(plan)) or fact in ASK_NOTHING):
            return plan, questions
    raise KeyError(name_of(fact))


def spec_of(check: str) -> CheckSpec:
    return next(spec for spec in load_catalogue() if spec.id == check)


def test_table_of_the_threat_model_is_up_to_date() -> None:
    prose = PAGE.read_text(encoding="utf-8").partition(TABLE)[0]

    assert_golden(prose + TABLE + render_threats(load_catalogue(), sources_by_fact()), PAGE)


def test_a_file_of_the_workstation_can_be_faked() -> None:
    assert basis_of(spec_of("K-012"), sources_by_fact()).verdict().startswith("yes")


def test_membership_has_a_second_source() -> None:
    assert basis_of(spec_of("K-037"), sources_by_fact()).verdict().startswith("in part")


def test_a_packet_that_passes_cannot_be_faked() -> None:
    assert basis_of(spec_of("K-067"), sources_by_fact()).verdict().startswith("no")

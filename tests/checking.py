"""Run one check of the catalogue on facts, without pytest around it."""

from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

import pytest

from checks.routing.facts.reach import Attempt, Reach
from labctl.core.expect import Hindered
from labctl.core.verdict import Match, Mismatch
from labctl.facts.wire import Outcome
from labctl.judge.catalogue import Check, load_checks
from labctl.judge.plugin import read_asked
from labctl.plan.model import Plan
from tests.facts import Facts, solved_facts
from tests.plans import Desk, plan_of

T = TypeVar("T")
PLAN = plan_of(1, Desk.SIMULATED)  # variant A; the kind on which every check means something


@cache
def catalogue() -> dict[str, Check]:
    """Return the shipped checks by id."""
    return {check.spec.id: check for check in load_checks()}


def run_check(check_id: str, plan: Plan, facts: Facts) -> Match | None:
    """Call a check with the facts it needs; return what it says when it conforms."""
    check = catalogue()[check_id]
    types = (*check.spec.needs, *check.spec.witnesses)
    asked = read_asked(check.spec, plan, check.spec.machines(plan)[0])
    return check.function(*asked, *(facts[fact] for fact in types))


def fact_of(fact: type[T], plan: Plan = PLAN) -> T:
    """Return one fact of the solved bench."""
    found: T = solved_facts(plan)[fact]
    return found


def solved_but(*changed: object) -> Facts:
    """Return the facts of the solved bench, some of them changed."""
    return solved_facts(PLAN) | {type(fact): fact for fact in changed}


def miss(check_id: str, *changed: Any, plan: Plan = PLAN) -> Mismatch:
    """Return what a check says of the solved bench with some facts replaced."""
    facts = solved_facts(plan) | {type(fact): fact for fact in changed}
    with pytest.raises(Mismatch) as caught:
        run_check(check_id, plan, facts)
    return caught.value


def with_outcome(origin: str, target: str, port: int, outcome: Outcome) -> Reach:
    """Return what the probes of the solved bench reach, one attempt ended otherwise."""
    return change_attempt(fact_of(Reach), (origin, target, port), outcome)


def change_attempt(reach: Reach, wanted: tuple[str, str, int], outcome: Outcome) -> Reach:
    """Return what probes reach, the attempt from, to and on a port ended otherwise."""
    attempts = tuple(
        Attempt(*wanted, outcome)
        if (attempt.origin, attempt.target, attempt.port) == wanted
        else attempt
        for attempt in reach.attempts
    )
    return replace(reach, attempts=attempts)


def hindrance(check_id: str, *changed: Any, plan: Plan = PLAN) -> Hindered:
    """Return why a check is blocked by others on the solved bench with some facts replaced."""
    facts = solved_facts(plan) | {type(fact): fact for fact in changed}
    with pytest.raises(Hindered) as caught:
        run_check(check_id, plan, facts)
    return caught.value


def refuse(check_id: str, *changed: Any, plan: Plan = PLAN) -> BaseException:
    """Return the exception, not an assertion, of a check on facts that do not tell."""
    facts = solved_facts(plan) | {type(fact): fact for fact in changed}
    with pytest.raises(Exception, match=r".") as caught:  # any: the test says which
        run_check(check_id, plan, facts)
    return caught.value

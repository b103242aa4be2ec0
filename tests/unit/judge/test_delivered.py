"""What is delivered working is not the candidate's, and explains what stands on it when broken."""

from dataclasses import replace
from decimal import Decimal

import pytest

from labctl.core.ids import CheckId
from labctl.core.verdict import Broken, CheckVerdict, Reason, Verdict
from labctl.judge.catalogue import Check
from labctl.judge.delivered import blame, list_broken
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from labctl.plan.build import build_plan
from labctl.plan.model import Plan
from tests.facts import evidence_of, solved_facts
from tests.plans import Desk, example_cahier, room_with

PLAN = build_plan(example_cahier(), room_with(Desk.SIMULATED), 1, "ccp1")
EVERY = choose_checks("tai")
GIVEN = {one.spec.id: one for one in EVERY.chosen}
OWN = CheckVerdict("K-034", "3.3", "Adresse", 3, Verdict.NON_CONFORM, message="aucune adresse")
FALLEN = Broken("K-065", "Du DHCP", Verdict.NON_CONFORM, "aucune offre")


def ids(checks: tuple[Check, ...]) -> set[str]:
    return {str(check.spec.id) for check in checks}


def test_the_grid_of_a_route_is_what_its_lots_ask_within_its_scope() -> None:
    meant = EVERY.meant_for(PLAN)
    assert {check.topic for check in meant.chosen}.isdisjoint(PLAN.delivered.topics)
    assert {EVERY.entry_of(check.spec.id).criterion[0] for check in meant.chosen} == set("1234")
    assert not {"K-041", "K-065", "K-120"} & ids(meant.chosen)


def test_what_the_candidate_stands_on_is_judged_too() -> None:
    meant = EVERY.meant_for(PLAN)
    assert {"K-065", "K-099", "K-076"} <= ids(meant.support)
    assert not {"K-062", "K-101"} & ids(meant.support)


def test_of_named_checks_only_what_they_wait_for_is_judged_besides() -> None:
    meant = choose_checks("tai", ["K-028"]).meant_for(PLAN)
    assert (ids(meant.chosen), ids(meant.support)) == ({"K-028"}, {"K-099"})


def test_what_is_delivered_is_verified_by_its_checks() -> None:
    assert {check.topic for check in EVERY.delivered_on(PLAN).chosen} <= set(PLAN.delivered.topics)
    assert {"K-057", "K-065", "K-091"} <= ids(EVERY.delivered_on(PLAN).chosen)


def test_a_bench_where_all_works_names_nothing_broken() -> None:
    (bench,) = judge([evidence_of(PLAN, solved_facts(PLAN))], EVERY)
    assert bench.provenance.broken == ()
    assert {one.verdict for one in bench.verdicts} == {Verdict.CONFORM}


@pytest.mark.parametrize(
    ("verdict", "reason", "is_told"),
    [
        (Verdict.CONFORM, None, False),
        (Verdict.BLOCKED, None, False),
        (Verdict.NON_CONFORM, None, True),
        (Verdict.UNVERIFIABLE, Reason.TIMEOUT, True),
        (Verdict.UNVERIFIABLE, Reason.DEPENDENCY, False),
    ],
)
def test_what_is_broken_is_told_once(
    verdict: Verdict, reason: Reason | None, *, is_told: bool
) -> None:
    found = list_broken([replace(OWN, verdict=verdict, reason=reason)])
    assert bool(found) == is_told


def test_a_wrong_answer_is_blocked_by_what_its_topic_stands_on() -> None:
    found = blame(OWN, "addressing", [FALLEN], GIVEN)
    assert (found.verdict, found.blocked_by, found.waiting) == (
        Verdict.BLOCKED,
        ("K-065",),
        Decimal(1),
    )
    assert "K-065 (Du DHCP) : aucune adresse" in found.message


def test_what_waits_for_it_says_so_in_words() -> None:
    waiting = replace(OWN, verdict=Verdict.BLOCKED, message="bloqué par", blocked_by=("K-065",))
    found = blame(waiting, "naming", [FALLEN], GIVEN)
    assert found.message.endswith("et qui ne l'est plus : K-065 (Du DHCP)")


@pytest.mark.parametrize(
    ("own", "topic", "broken"),
    [
        (OWN, "naming", FALLEN),
        (OWN, "addressing", replace(FALLEN, verdict=Verdict.UNVERIFIABLE)),
        (replace(OWN, verdict=Verdict.CONFORM), "addressing", FALLEN),
    ],
)
def test_what_it_does_not_explain_stays_as_it_is(
    own: CheckVerdict, topic: str, broken: Broken
) -> None:
    assert blame(own, topic, [broken], GIVEN) == own


def test_a_plan_of_a_route_holds_what_is_asked_and_what_is_delivered() -> None:
    plan: Plan = PLAN
    assert [lot.id for lot in plan.lots] == ["L11", "L12", "L13", "L14"]
    assert sum(lot.minutes for lot in plan.lots) == 120
    assert "quote" not in plan.demands
    assert {"commutateur", "routeur", "dc", "nas"} <= set(plan.delivered.machines)
    assert "poste" not in plan.delivered.machines
    assert CheckId("K-065") in GIVEN

"""Two workstations of one bench: each is asked, each is judged, and a verdict names its machine."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from checks.group_policy.demand import Policies
from checks.hardening.facts.hardening import Hardening
from labctl.collect.needs import Needs, gather, list_wanted
from labctl.connect.base import Transport
from labctl.core.check import CheckSpec
from labctl.core.once import reading_once
from labctl.core.verdict import CheckVerdict, Mismatch, Verdict
from labctl.facts.evidence import Evidence
from labctl.facts.reading import Key
from labctl.facts.registry import is_per_machine, list_facts, name_of
from labctl.judge.catalogue import load_catalogue
from labctl.judge.plugin import read_asked
from labctl.judge.run import judge
from labctl.plan.model import Plan
from tests.checking import catalogue, fact_of
from tests.facts import evidence_of, solved_facts, untouched_facts
from tests.plans import ROOT, SECOND, Desk, asking, plan_of, with_second
from tests.unit.checks.test_catalogue import CATALOGUE, EVERY

ONE = plan_of(1, Desk.SIMULATED)
FIRST = ONE.desks[0].name
TOGETHER = [spec for spec in CATALOGUE if spec.each == "on" and FIRST in spec.list_judged(ONE)]


def needs_of(plan: Plan) -> Needs:
    return gather(plan, *list_wanted(plan, EVERY.meant_for(plan).needs(plan)))


@reading_once()
def with_facts_of_second(plan: Plan) -> Evidence:
    """Return the evidence of a bench whose first workstation is right, the second as delivered."""
    right, wrong = solved_facts(ONE), untouched_facts(ONE)
    first = evidence_of(plan, right)
    second: dict[Key, object] = {
        (fact, SECOND): one for fact, one in wrong.items() if is_known_per_machine(fact)
    }
    return replace(first, facts={**first.facts, **second})


def is_known_per_machine(fact: type[object]) -> bool:
    return name_of(fact) in list_facts() and is_per_machine(fact)


def machines_of(spec: CheckSpec, verdicts: Iterable[CheckVerdict]) -> dict[str, Verdict]:
    return {one.machine: one.verdict for one in verdicts if one.check == spec.id}


@pytest.fixture(scope="module")
def verdicts() -> tuple[CheckVerdict, ...]:
    plan = with_second(ONE, Desk.SIMULATED)
    (bench,) = judge([with_facts_of_second(plan)], EVERY)
    return bench.verdicts


@pytest.mark.parametrize("spec", TOGETHER, ids=lambda spec: str(spec.id))
def test_each_workstation_is_judged_by_its_own_facts(
    spec: CheckSpec, verdicts: tuple[CheckVerdict, ...]
) -> None:
    found = machines_of(spec, verdicts)
    assert found.keys() == {FIRST, SECOND}
    assert found[FIRST] is Verdict.CONFORM
    optional = {Verdict.NOT_APPLICABLE} if spec.id in {"K-014", "K-015"} else set()
    assert found[SECOND] in optional | {
        *(Verdict.NON_CONFORM, Verdict.BLOCKED, Verdict.UNVERIFIABLE)
    }


def test_what_is_asked_of_one_workstation_is_asked_of_the_other() -> None:
    asked = needs_of(with_second(ONE, Desk.SIMULATED)).questions
    own = {one.text for one in asked if one.node == SECOND}
    scripts = [one.text for one in asked if one.node == SECOND and "script" in one.body]
    (script,) = scripts
    assert {"auditpol", "Get-WinEvent"} < set(script.removeprefix("PowerShell : ").split(", "))
    assert own <= {one.text for one in asked if one.node == FIRST} | set(scripts)
    assert len(own) > len(TOGETHER)


def test_a_linux_beside_a_windows_is_not_asked_what_only_a_windows_has() -> None:
    plan = with_second(ONE, Desk.LINUX)
    asked = [one for one in needs_of(plan).questions if one.node == SECOND]
    assert Transport.CIM not in {one.transport for one in asked}
    assert {spec.machines(plan) for spec in TOGETHER if spec.face == "windows"} == {(FIRST,)}


def test_what_a_policy_sets_is_asked_of_the_machines_that_it_is_over() -> None:
    plan = with_second(ONE, Desk.SIMULATED)
    policies = plan.demand(Policies).model_copy(update={"on": (FIRST,)})
    doors, unset = catalogue()["K-055"], replace(fact_of(Hardening), autorun=0)
    first, second = (
        read_asked(doors.spec, asking(plan, policies), name) for name in (FIRST, SECOND)
    )
    assert doors.function(*second, unset) is not None
    with pytest.raises(Mismatch, match="sans exécution automatique"):
        doors.function(*first, unset)


def test_a_sabotage_of_a_check_of_each_machine_is_of_that_machine() -> None:
    written = {path.stem: path.read_text("utf-8") for path in ROOT.glob("checks/*/sabotages/*.yml")}
    judged = [str(spec.id) for spec in load_catalogue() if spec.each and spec.id in written]

    assert [check for check in judged if "${machine}" not in written[check]] == []
    assert len(judged) > len(TOGETHER) // 2

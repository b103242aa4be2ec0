"""A check that is judged for each machine: its facts, its needs, its verdicts."""

from dataclasses import dataclass, replace

import pytest

from labctl.core.check import CheckSpec, check
from labctl.core.ids import NodeName
from labctl.core.verdict import CheckVerdict, Mismatch, Reason, Restart, Unobserved, Verdict
from labctl.facts.evidence import Evidence
from labctl.judge.cases import name_cases
from labctl.judge.catalogue import Check
from labctl.judge.prove import list_changed
from labctl.judge.restart import name_lost
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.plan.model import Node, Plan
from labctl.spec.demand import Demand
from labctl.spec.fields import key
from labctl.spec.written import Machines
from tests.plans import SECOND, Desk, asking, plan_of, with_second

PLAN = plan_of(1)
ONE, TWO = NodeName("poste"), SECOND


@dataclass(frozen=True, slots=True)
class Thing:
    """A fact of each machine."""

    value: int = 1


@dataclass(frozen=True, slots=True)
class Whole:
    """A fact of the bench as a whole."""

    value: int = 1


def both(_plan: Plan) -> tuple[NodeName, ...]:
    return (ONE, TWO)


def none(_plan: Plan) -> tuple[NodeName, ...]:
    return ()


class Asked(Demand):
    """A demand made of two machines, one of which gives something to the other."""

    on: Machines = key("sur", "machines concernées")
    server: NodeName = key("serveur", "celle qui donne")


def asked_of(on: tuple[NodeName, ...] = (ONE, TWO), second: Desk = Desk.SIMULATED) -> Plan:
    plan = with_second(plan_of(1, Desk.SIMULATED), second)
    return asking(plan, Asked.model_construct(on=on, server=TWO))


def spec_of(each: str, face: str = "") -> CheckSpec:
    @check("K-901", asks=(Plan, Asked), needs=Thing, each=each, face=face)
    def function() -> None:
        """Un contrôle."""

    spec = function.labctl_check  # type: ignore[attr-defined]
    assert isinstance(spec, CheckSpec)
    return spec


def for_each(check_id: str, *, after: tuple[str, ...] = (), each: object = both) -> Check:
    """Return a check of each machine: the value is 1."""

    @check(check_id, needs=(Thing, Whole), after=after, each=each)  # type: ignore[arg-type]
    def function(plan: Plan, thing: Thing, whole: Whole) -> None:
        """Un contrôle de chaque machine."""
        assert plan.bench == whole.value
        if thing.value != 1:
            raise Mismatch("faux")

    return Check(function.labctl_check, function, "essai.py", 1)  # type: ignore[attr-defined]


def for_the_bench(check_id: str, *, after: tuple[str, ...] = ()) -> Check:
    """Return a check of the bench as a whole, which conforms."""

    @check(check_id, needs=Whole, after=after)
    def function(plan: Plan, whole: Whole) -> None:
        """Un contrôle du banc."""
        assert plan.bench == whole.value

    return Check(function.labctl_check, function, "essai.py", 1)  # type: ignore[attr-defined]


def evidence(first: object, second: object) -> Evidence:
    facts = {(Thing, "poste"): first, (Thing, "poste2"): second, (Whole, ""): Whole()}
    return Evidence(PLAN, "namespace", "2026-01-01T00:00:00Z", "f" * 64, facts, {})


def judged(found: Evidence, *checks: Check) -> dict[tuple[str, str], CheckVerdict]:
    (bench,) = judge([found], Selection(checks, ()))
    return {(one.check, one.machine): one for one in bench.verdicts}


def test_each_machine_has_a_verdict_of_its_own() -> None:
    found = judged(evidence(Thing(), Thing(2)), for_each("K-901"))
    assert {key: one.verdict for key, one in found.items()} == {
        ("K-901", "poste"): Verdict.CONFORM,
        ("K-901", "poste2"): Verdict.NON_CONFORM,
    }


def test_a_machine_that_was_not_observed_costs_its_own_verdict() -> None:
    late = Unobserved(Reason.TIMEOUT, "trop tard")
    found = judged(evidence(Thing(), late), for_each("K-901"))
    assert found["K-901", "poste"].verdict is Verdict.CONFORM
    assert found["K-901", "poste2"].reason is Reason.TIMEOUT


def test_a_check_waits_for_what_was_said_of_its_own_machine() -> None:
    found = judged(
        evidence(Thing(), Thing(2)), for_each("K-901"), for_each("K-902", after=("K-901",))
    )
    assert found["K-902", "poste"].verdict is Verdict.CONFORM
    assert found["K-902", "poste2"].verdict is Verdict.BLOCKED


def test_a_check_of_the_bench_waits_for_every_machine() -> None:
    found = judged(
        evidence(Thing(), Thing(2)), for_each("K-901"), for_the_bench("K-902", after=("K-901",))
    )
    assert found["K-902", ""].blocked_by == ("K-901",)


def test_a_check_of_a_machine_waits_for_one_of_the_bench() -> None:
    wrong = replace(evidence(Thing(), Thing()), facts={**evidence(Thing(), Thing()).facts})
    found = judged(wrong, for_the_bench("K-900"), for_each("K-901", after=("K-900",)))
    assert {one.verdict for one in found.values()} == {Verdict.CONFORM}
    assert len(found) == 3


def test_without_such_a_machine_there_is_one_verdict_and_nothing_is_asked() -> None:
    found = judged(evidence(Thing(), Thing()), for_each("K-901", each=none))
    assert {key: one.verdict for key, one in found.items()} == {
        ("K-901", ""): Verdict.NOT_APPLICABLE
    }


def test_a_machine_whose_facts_were_not_collected_leaves_the_check_out() -> None:
    whole = evidence(Thing(), Thing())
    partial = replace(whole, facts={(Thing, "poste"): Thing(), (Whole, ""): Whole()})
    assert judged(partial, for_each("K-901")) == {}


@pytest.mark.parametrize("values", [(1, 2), (2, 1)])
def test_a_proof_names_the_machine_that_does_not_conform(values: tuple[int, int]) -> None:
    first, second = values
    (bench,) = judge([evidence(Thing(first), Thing(second))], Selection((for_each("K-901"),), ()))
    wrong = "poste2" if second == 2 else "poste"
    assert list_changed(name_cases(bench)) == {f"K-901@{wrong}": Verdict.NON_CONFORM}


def test_what_a_power_cut_took_is_told_by_machine() -> None:
    selection = Selection((for_each("K-901"),), ())
    before, after = judge(
        [
            evidence(Thing(), Thing(2)),
            replace(evidence(Thing(2), Thing(2)), restart=Restart(("poste", "poste2"))),
        ],
        selection,
    )
    named = name_lost(before, after)
    assert named.provenance.restart is not None
    assert named.provenance.restart.lost == ("K-901",)
    messages = {one.machine: one.message for one in named.verdicts}
    assert messages == {"poste": "ne tient pas après redémarrage : faux", "poste2": "faux"}


def test_a_field_of_the_demand_names_the_machines() -> None:
    assert spec_of("on").machines(asked_of()) == (ONE, TWO)
    assert spec_of("server").machines(asked_of()) == (TWO,)


def test_machines_without_the_face_of_a_check_are_left_out() -> None:
    plan = asked_of(second=Desk.LINUX)
    assert spec_of("on", "windows").machines(plan) == (ONE,)
    assert spec_of("on", "windows").is_meant_for(plan)


def test_a_check_of_machines_without_its_face_means_nothing() -> None:
    plan = asked_of(on=(TWO,), second=Desk.LINUX)
    assert not spec_of("on", "windows").is_meant_for(plan)
    assert spec_of("on", "linux").is_meant_for(plan)
    assert spec_of("on").is_meant_for(plan)


def test_a_check_of_no_machine_is_meant_for_the_bench() -> None:
    assert for_each("K-901", each=none).spec.is_meant_for(PLAN)
    assert for_the_bench("K-901").spec.is_meant_for(PLAN)


def test_a_check_means_nothing_where_its_subject_says_so() -> None:
    spec = for_the_bench("K-901").spec
    assert not replace(spec, means=lambda _plan: False).is_meant_for(PLAN)
    assert replace(spec, means=lambda _plan: True).is_meant_for(PLAN)


def test_a_check_may_be_given_the_machine_that_it_judges() -> None:
    seen: list[str] = []

    @check("K-901", asks=(Plan, Node), needs=Thing, each=both)
    def function(plan: Plan, node: Node, thing: Thing) -> None:
        """Un contrôle de chaque machine."""
        assert (plan, thing.value) == (two, 1)
        seen.append(node.name)

    two = with_second(PLAN, Desk.LINUX)
    made = Check(function.labctl_check, function, "essai.py", 1)  # type: ignore[attr-defined]
    found = judged(replace(evidence(Thing(), Thing()), plan=two), made)
    assert {one.verdict for one in found.values()} == {Verdict.CONFORM}
    assert seen == [ONE, TWO]

"""A check on several machines: the names of its cases, what they wait for, their sabotages."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from labctl.core.check import CheckSpec, check, name_case
from labctl.core.errors import UsageError
from labctl.core.ids import CheckId, NodeName
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.judge.cases import bind, list_specs, machines_of, name_cases
from labctl.judge.catalogue import Check, blocked_with, dependants
from labctl.judge.prove import Trial, list_doubts
from labctl.judge.selection import Selection, select
from labctl.plan.model import Plan
from labctl.spec.fault import Fault, clash
from labctl.spec.grid import Entry, Grid
from labctl.spec.referential import load_referential
from labctl.spec.step import Step
from tests.plans import ROOT, SECOND, Desk, plan_of, with_second

PLAN = with_second(plan_of(1), Desk.LINUX)
ONE, TWO = NodeName("poste"), SECOND
FIRST, BENCH, LAST = CheckId("K-901"), CheckId("K-902"), CheckId("K-903")
GRID = Grid(
    load_referential(ROOT / "inventories" / "referentials" / "tai.yml"),
    {name: Entry(CheckId("1.1"), 1) for name in (FIRST, BENCH, LAST)},  # type: ignore[arg-type]
)


def both(_plan: Plan) -> tuple[NodeName, ...]:
    return (ONE, TWO)


def none(_plan: Plan) -> tuple[NodeName, ...]:
    return ()


def declare(
    check_id: str, each: Callable[[Plan], tuple[NodeName, ...]] | None, *after: str
) -> Check:
    """Return a check of these machines."""

    @check(check_id, needs=(), after=after, each=each)
    def function(_plan: Plan) -> None:
        """Un contrôle."""

    return Check(function.labctl_check, function, "essai.py", 1)  # type: ignore[attr-defined]


CHECKS = (declare(FIRST, both), declare(BENCH, None, FIRST), declare(LAST, both, FIRST))
ALL = Selection(CHECKS, ())


def choose(*only: str) -> Selection:
    return select(CHECKS, GRID, only)


def specs() -> dict[str, CheckSpec]:
    return {spec.id: spec for spec in list_specs(ALL, PLAN)}


def test_a_case_has_the_name_of_its_check_where_there_is_one() -> None:
    assert name_case("K-901", "poste", ("poste",)) == "K-901"
    assert name_case("K-901", "poste", ("poste", "poste2")) == "K-901@poste"


def test_a_case_waits_for_its_machine_and_that_of_the_bench_for_all() -> None:
    found = {name: spec.after for name, spec in specs().items()}
    assert found == {
        "K-901@poste": (),
        "K-901@poste2": (),
        "K-902": ("K-901@poste", "K-901@poste2"),
        "K-903@poste": ("K-901@poste",),
        "K-903@poste2": ("K-901@poste2",),
    }
    assert dependants(specs().values(), "K-901@poste2") == {"K-902", "K-903@poste2"}
    assert blocked_with(specs().values(), "K-903@poste") == frozenset()


def test_what_the_subject_does_not_ask_has_no_case() -> None:
    selection = Selection((declare(FIRST, none), declare(BENCH, None, FIRST)), ())
    assert machines_of(selection, PLAN) == {BENCH: ("",)}
    assert [spec.id for spec in list_specs(selection, PLAN)] == [BENCH]


def seen(**verdicts: Verdict) -> BenchVerdicts:
    """Return what was seen of K-901 on both machines and of the others."""
    rows = [(FIRST, ONE), (FIRST, TWO), (BENCH, ""), (LAST, ONE), (LAST, TWO)]
    made = tuple(
        CheckVerdict(
            name, "1.1", "", 1, verdicts.get(f"{name[2:]}_{on}", Verdict.CONFORM), machine=on
        )
        for name, on in rows
    )
    return name_cases(BenchVerdicts(1, "A", "c", "namespace", "", "", "", made))


def test_verdicts_have_the_names_of_their_cases() -> None:
    assert [one.check for one in seen().verdicts] == list(specs())


STEP = Step(NodeName("${machine}"), (), ("/usr/bin/mv", "/a", "/etc/${machine}"), "", 1)
FAULT = Fault(FIRST, FIRST, "cassé", (STEP,), (STEP,), {LAST: "car"}, 0.0, "K-901.yml")


def test_a_sabotage_of_a_machine_is_one_for_each() -> None:
    first, second = bind(FAULT, machines_of(ALL, PLAN))
    assert (first.id, first.check, first.also) == (
        "K-901@poste",
        "K-901@poste",
        {"K-903@poste": "car"},
    )
    assert (second.id, second.machine) == ("K-901@poste2", TWO)
    assert second.steps[0].node == TWO
    assert second.revert[0].argv == ("/usr/bin/mv", "/a", "/etc/poste2")


def test_a_sabotage_that_names_no_machine_changes_them_all() -> None:
    whole = replace(FAULT, steps=(), revert=(), also={BENCH: "car"})
    first, _second = bind(whole, machines_of(ALL, PLAN))
    assert first.also == {"K-901@poste2": "cassé", BENCH: "car"}


def test_a_sabotage_of_the_only_machine_keeps_its_name() -> None:
    (found,) = bind(FAULT, machines_of(ALL, PLAN) | {FIRST: (ONE,), LAST: (ONE,)})
    assert (found.id, found.check, found.also) == (FIRST, FIRST, {LAST: "car"})
    assert found.steps[0].node == ONE


def test_a_sabotage_of_what_is_not_judged_is_none() -> None:
    assert bind(FAULT, {}) == ()


def test_sabotages_of_two_machines_may_keep_a_copy_of_one_name() -> None:
    first, second = bind(FAULT, machines_of(ALL, PLAN))
    assert not clash(first, second)
    assert clash(first, replace(first, id="K-909"))
    assert clash(first, replace(FAULT, machine=""))


def doubts(**verdicts: Verdict) -> tuple[str, ...]:
    trial = Trial("K-901@poste2", frozenset(), seen(**verdicts), seen())
    return list_doubts(list(specs().values()), trial)


def test_only_the_verdict_of_its_machine_may_flip() -> None:
    right = {
        "901_poste2": Verdict.NON_CONFORM,
        "902_": Verdict.BLOCKED,
        "903_poste2": Verdict.BLOCKED,
    }
    assert doubts(**right) == ()
    (said,) = doubts(**right, **{"901_poste": Verdict.NON_CONFORM})
    assert said.startswith("son sabotage change aussi K-901@poste (non conforme)")
    (said,) = doubts(**{**right, "903_poste2": Verdict.CONFORM})
    assert said == "en dépendent sans changer : K-903@poste2"


def test_a_check_may_be_named_on_one_machine() -> None:
    selection = choose("K-901@poste2", "k-903")
    assert machines_of(selection, PLAN) == {FIRST: (TWO,), LAST: (ONE, TWO)}
    assert [one.check for one in selection.outside(PLAN)] == [BENCH, "K-901@poste"]


def test_a_check_that_is_also_named_whole_is_whole() -> None:
    assert machines_of(choose("K-901@poste2", "K-901"), PLAN) == {FIRST: (ONE, TWO)}
    assert machines_of(choose("K-901@poste2", "1.1"), PLAN)[FIRST] == (ONE, TWO)


@pytest.mark.parametrize("name", ["1.1@poste", "K-999@poste", "@poste"])
def test_only_a_check_is_named_on_a_machine(name: str) -> None:
    with pytest.raises(UsageError, match="ne s'appelle"):
        choose(name)


@pytest.mark.parametrize("name", ["K-901@dc", "K-902@poste"])
def test_a_machine_that_it_is_not_judged_for_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="n'est pas jugé pour la machine") as caught:
        choose(name).meant_for(PLAN)
    assert caught.value.hint == ("machines : poste, poste2" if "901" in name else "machines : –")

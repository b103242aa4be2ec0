"""Rounds of incidents: who may be tried with whom, and in which company each is seen."""

from collections.abc import Iterable
from dataclasses import replace

from labctl.core.ids import CheckId, NodeName
from labctl.judge.rounds import SIZE, Act, Round, form_rounds, list_acts
from labctl.spec.incident import Incident, LineName, Repair
from labctl.spec.step import Edit, Step
from tests.plans import plan_of
from tests.unit.judge.test_incident import INCIDENT, spec, watch

PLAN = plan_of(1)
DESK = PLAN.desks[0].name
CATALOGUE = tuple(spec(f"K-{number:03d}") for number in range(1, 30))
WAITING = (*CATALOGUE, spec("K-030", "K-001"))


def step(node: str, file: str = "") -> Step:
    edit = Edit(file, "x", "y") if file else None
    return Step(NodeName(node), (), () if file else ("/usr/bin/true",), "", 1, edit)


def incident(
    number: int, *changes: str, needs: Iterable[str] = (), node: str = "", file: str = ""
) -> Incident:
    """Return an incident of a topic of its own."""
    return replace(
        INCIDENT,
        id=f"P-{number}",
        topic=f"topic{number}",
        needs=tuple(map(CheckId, needs)),
        symptom=(watch("s"),),
        changes={CheckId(check): "" for check in changes},
        inject=(step(node or f"node{number}", file),),
        repairs=(Repair("a", ()), Repair("b", ())),
        wrong_repairs=(),
    )


def names(rounds: Iterable[Round]) -> list[list[str]]:
    return [sorted(act.incident for act in acts) for acts in rounds]


def are_together(one: Incident, other: Incident) -> bool:
    rounds = form_rounds([one, other], WAITING, PLAN, restarts=True)
    return any(len(acts) > 1 for acts in rounds)


def test_an_incident_that_lasts_is_repaired_after_a_restart() -> None:
    first, second = list_acts(incident(1), restarts=True)
    assert (first.looks, first.cuts_first, first.cuts_after) == (True, True, True)
    assert first.repair is not None
    assert (second.looks, second.cuts_first, second.cuts_after) == (True, False, True)


def test_one_that_a_restart_repairs_is_broken_again_before_each_repair() -> None:
    seen, *others = list_acts(replace(incident(1), survives_restart=False), restarts=True)
    assert (seen.repair, seen.cuts_first) == (None, True)
    assert [act.repair.label for act in others if act.repair] == ["a", "b"]


def test_without_restarts_nothing_is_cut() -> None:
    broken = replace(
        incident(1),
        survives_restart=False,
        wrong_repairs=(Repair("c", (), (LineName.LASTING,)),),
    )
    acts = list_acts(broken, restarts=False)
    assert [act.repair.label for act in acts if act.repair] == ["a", "b", "c"]
    assert not any(act.cuts_first or act.cuts_after for act in acts)


def test_a_workaround_that_should_not_last_is_cut() -> None:
    wrong = tuple(Repair(name.value, (), (name,)) for name in (LineName.LASTING, LineName.CAUSE))
    acts = list_acts(replace(incident(1), wrong_repairs=wrong), restarts=True)
    assert [act.cuts_after for act in acts[-2:]] == [True, False]


def test_incidents_that_have_nothing_in_common_share_rounds() -> None:
    rounds = form_rounds(
        [incident(1, "K-001"), incident(2, "K-002")], CATALOGUE, PLAN, restarts=True
    )
    assert names(rounds)[:2] == [["P-1", "P-2"], ["P-1", "P-2"]]


def test_what_could_be_taken_for_the_other_is_apart() -> None:
    plain = incident(1, "K-001", node="nas", file="/etc/a")
    assert are_together(plain, incident(2, "K-002", node="nas", file="/etc/b"))
    assert not are_together(plain, incident(2, "K-001"))
    assert not are_together(plain, incident(2, "K-030"))
    assert not are_together(plain, incident(2, needs=["K-001"]))
    assert not are_together(plain, incident(2, needs=["K-030"]))
    assert not are_together(plain, incident(2, node="nas", file="/etc/a"))
    assert not are_together(plain, replace(incident(2), excludes=("P-1",)))
    assert not are_together(plain, replace(incident(2, node="nas"), topic="topic1"))


def test_nobody_looks_from_a_machine_that_another_cuts_off() -> None:
    each = replace(spec("K-001"), each=lambda _plan: [DESK])
    far = replace(watch("s"), node=DESK)
    cut, seen = incident(1, "K-001"), replace(incident(2), symptom=(far,))
    for waiting, together in (((), True), ((spec("K-030", "K-001"),), False)):
        rounds = form_rounds([cut, seen], (each, *waiting), PLAN, restarts=True)
        assert any(len(acts) > 1 for acts in rounds) is together


def test_what_company_hid_in_every_round_is_seen_without_it() -> None:
    rounds = form_rounds(
        [incident(1, "K-001"), incident(2, "K-002")], CATALOGUE, PLAN, restarts=True
    )
    assert names(rounds)[2:] == [["P-1"], ["P-2"]]
    assert all(act.looks and act.repair is None for acts in rounds[2:] for act in acts)
    without = [incident(1), incident(2)]
    assert len(form_rounds(without, CATALOGUE, PLAN, restarts=True)) == 2


def test_company_changes_from_one_round_to_the_next() -> None:
    incidents = [incident(number, f"K-{number:03d}") for number in range(1, 5)]
    incidents += [incident(number, f"K-{number - 4:03d}") for number in range(5, 9)]
    rounds = form_rounds(incidents, CATALOGUE, PLAN, restarts=True)
    for one in incidents:
        seen = [acts for acts in rounds if any(act.incident == one.id for act in acts)]
        company = [
            {
                check
                for act in acts
                for check in changes_of(incidents, act)
                if act.incident != one.id
            }
            for acts in seen
        ]
        assert not set.intersection(*company) - set(one.changes)


def changes_of(incidents: Iterable[Incident], act: Act) -> Iterable[CheckId]:
    return next(one for one in incidents if one.id == act.incident).changes


def test_what_breaks_the_whole_bench_is_tried_alone() -> None:
    wrong = (Repair("c", (), (LineName.SECURE,)), Repair("d", (), (LineName.INTACT,)))
    rounds = form_rounds(
        [replace(incident(1), wrong_repairs=wrong), incident(2)], CATALOGUE, PLAN, restarts=True
    )
    assert names(rounds) == [["P-1", "P-2"], ["P-1", "P-2"], ["P-1"], ["P-1"]]


def test_a_round_is_never_larger_than_one_by_one_is_bearable() -> None:
    many = [incident(number, f"K-{number:03d}") for number in range(1, SIZE + 3)]
    sizes = [len(acts) for acts in form_rounds(many, CATALOGUE, PLAN, restarts=False)]
    assert max(sizes) == SIZE

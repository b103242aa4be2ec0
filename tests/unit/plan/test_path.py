"""Paths: which machines lie between two others."""

import pytest

from labctl.core.ids import NodeName
from labctl.judge.catalogue import load_catalogue
from labctl.plan.model import Plan
from tests.plans import plan_of
from tests.topologies import at_home, on_two_sites, plan_with


def between(plan: Plan, start: str, goal: str) -> tuple[str, ...]:
    return plan.between(NodeName(start), NodeName(goal))


@pytest.mark.parametrize(
    ("start", "goal", "found"),
    [
        ("sonde_bureautique", "routeur", ("hote", "commutateur", "routeur")),
        ("poste", "dc", ("commutateur", "hote", "dc")),
        ("sonde_wan", "routeur", ("internet", "routeur")),
        ("commutateur", "poste", ("poste",)),
        ("poste", "poste", ()),
    ],
)
def test_path_of_the_shipped_bench(start: str, goal: str, found: tuple[str, ...]) -> None:
    assert between(plan_of(1), start, goal) == found


def test_virtual_switches_of_the_host_are_not_joined() -> None:
    assert between(plan_of(1), "dc", "point_acces") == ("hote", "commutateur", "point_acces")
    assert between(plan_of(1), "dc", "nas") == ("hote", "nas")


def test_path_of_a_flat_network() -> None:
    found = between(plan_with(at_home()), "portable", "internet")
    assert found == ("box", "internet")


def test_path_over_two_switches() -> None:
    plan = plan_with(on_two_sites())
    assert between(plan, "poste2", "serveur") == ("sw2", "sw1", "hote", "serveur")
    assert set(plan.from_probes(NodeName("r1"))) == {"hote", "sw1", "sw2", "r1", "r2"}


def test_no_path_leads_to_what_is_not_cabled() -> None:
    with pytest.raises(KeyError, match="poste – jury"):
        between(plan_of(1), "poste", "jury")


AROUND = {"routeur", "commutateur", "hote"}
OVER: dict[str, set[str]] = {
    "K-028": {*AROUND, "imprimante"},
    "K-034": {"commutateur", "routeur"},
    "K-035": {"commutateur", "poste"},
    "K-061": AROUND,
    "K-062": {"commutateur", "hote"},
    "K-065": AROUND,
    "K-066": AROUND,
    "K-067": {*AROUND, "internet"},
    "K-068": {*AROUND, "imprimante", "poste"},
    "K-079": {"commutateur", "dc", "hote"},
    **{name: {"dc", "nas"} for name in ("K-085", "K-086", "K-087", "K-089")},
    **{name: {*AROUND, "internet"} for name in ("K-091", "K-092", "K-094", "K-095")},
    "K-093": {"internet", "routeur"},
    "K-097": AROUND,
    "K-098": {*AROUND, "point_acces"},
    "K-099": {*AROUND, "imprimante"},
    "K-106": {*AROUND, "dc", "internet"},
}
"""Check → the machines that a wrong answer of it travels through, on the shipped bench."""


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_wrong_answers_travel_through_the_machines_in_between(bench: int) -> None:
    plan = plan_of(bench)
    found = {
        spec.id: set(spec.over(plan))
        for spec in load_catalogue()
        if spec.over and spec.is_meant_for(plan)
    }
    assert found == OVER

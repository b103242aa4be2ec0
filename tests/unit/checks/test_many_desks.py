"""Checks of the network that speak of desks: of each of several, of none where nobody sits."""

from dataclasses import replace

import pytest

from checks.directory.demand import Directory
from checks.dns.facts.names import Names, clients_of, wanted_names
from checks.switching.demand import list_plugged
from checks.switching.facts.tables import MacEntry, MacTable
from labctl.collect.needs import gather, list_wanted
from labctl.core.verdict import Mismatch, Verdict
from labctl.judge.plugin import read_asked
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from labctl.plan.model import Plan
from labctl.spec.topology import End
from tests.checking import PLAN, catalogue, fact_of, run_check, solved_but
from tests.facts import evidence_of, solved_facts
from tests.plans import SECOND, Desk, with_second
from tests.unit.checks.test_catalogue import EVERY

FIRST = PLAN.desks[0]
MAC = "02:00:00:00:00:09"


def with_another_card() -> Plan:
    """Return a plan of two desks, each with a card of its own."""
    plan = with_second(PLAN, Desk.SIMULATED)
    second = plan.nodes[SECOND]
    card = replace(second.interfaces[0], mac=MAC)
    return replace(plan, nodes={**plan.nodes, SECOND: replace(second, interfaces=(card,))})


def without_desk() -> Plan:
    """Return a plan where nobody sits."""
    nodes = {name: node for name, node in PLAN.nodes.items() if not node.desk}
    links = tuple(one for one in PLAN.links if FIRST.name not in (one.a.node, one.b.node))
    demands = {topic: one for topic, one in PLAN.demands.items() if topic in {"switching", "dns"}}
    return replace(PLAN, nodes=nodes, links=links, demands=demands)


def see(machine: str, port: int, plan: Plan) -> object:
    """Return what is said of a desk when the switch saw the second one at a port."""
    table = MacTable((*fact_of(MacTable).entries, MacEntry(MAC, 30, f"GigabitEthernet1/0/{port}")))
    check = catalogue()["K-035"]
    return check.function(*read_asked(check.spec, plan, machine), table, None)


def test_each_desk_is_looked_for_at_its_own_port() -> None:
    plan = with_another_card()

    assert catalogue()["K-035"].spec.machines(plan) == (FIRST.name, SECOND)
    assert see(FIRST.name, 12, plan) is not None
    assert see(SECOND, 12, plan) is not None
    assert see(FIRST.name, 11, plan) is not None
    with pytest.raises(Mismatch, match="ailleurs : port GigabitEthernet1/0/11"):
        see(SECOND, 11, plan)


def test_each_desk_is_made_to_speak_before_the_table_is_read() -> None:
    plan = with_another_card()
    wanted = EVERY.meant_for(plan).needs(plan)
    needs = gather(plan, *list_wanted(plan, wanted))
    asked = [needs.questions[at] for at in needs.asked_by["switching.MacTable"]]
    assert [one.node for one in asked[:2]] == [FIRST.name, SECOND]


def test_a_desk_that_is_plugged_elsewhere_is_not_looked_for() -> None:
    plan = with_another_card()
    away = tuple(
        replace(one, a=End(plan.internet.node, "x9")) if one.b.node == SECOND else one
        for one in plan.links
    )
    assert tuple(list_plugged(replace(plan, links=away))) == (FIRST.name,)


def test_names_are_asked_for_the_segment_of_each_desk() -> None:
    plan = with_another_card()
    second = plan.nodes[SECOND]
    card = replace(second.interfaces[0], segment="SERVEURS")
    plan = replace(plan, nodes={**plan.nodes, SECOND: replace(second, interfaces=(card,))})

    assert clients_of(plan) == (FIRST.interfaces[0].segment, "SERVEURS")
    found = fact_of(Names).answers
    told = {f"{origin} {server} {name} {kind}" for origin, server, name, kind in wanted_names(plan)}
    assert {key for key in told if key.startswith("SERVEURS")}
    with pytest.raises(Mismatch, match="ne répond pas à SERVEURS"):
        run_check("K-106", plan, solved_but(Names(found)))


def test_without_a_directory_only_names_of_the_internet_must_resolve() -> None:
    demands = {topic: one for topic, one in PLAN.demands.items() if topic != Directory.topic}
    found = run_check("K-106", replace(PLAN, demands=demands), solved_but())
    assert found is not None
    assert "annuaire de" not in found.expected


def test_where_nobody_sits_nothing_is_broken() -> None:
    plan = without_desk()
    evidence = replace(evidence_of(PLAN, solved_facts(PLAN)), plan=plan)

    (bench,) = judge([evidence], choose_checks("tai", ("K-035", "K-106")))

    assert [one.verdict for one in bench.verdicts] == [Verdict.NOT_APPLICABLE] * 2

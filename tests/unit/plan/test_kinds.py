"""What the kinds of a bench say of it as a whole: the domain that one of its machines holds."""

from dataclasses import replace

from labctl.core.ids import NodeName
from labctl.plan.build import build_plan
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Plan
from tests.plans import example_cahier, example_room

PLAN = replace(build_plan(example_cahier(), example_room(), 1), domain="sans.test")


def test_the_domain_is_the_one_that_a_machine_holds() -> None:
    assert (
        describe_nodes(_with("imprimante", "nas", "dc", "courrier", "demandes")).domain
        == "moana.test"
    )


def test_a_bench_whose_machines_hold_none_keeps_its_reserved_one() -> None:
    assert describe_nodes(_with("imprimante", "routeur")).domain == "sans.test"


def _with(*names: str) -> Plan:
    return replace(PLAN, nodes={NodeName(name): PLAN.nodes[NodeName(name)] for name in names})

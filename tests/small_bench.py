"""A bench of labctl's own machines only: a second to build, for tests of the provider itself."""

from dataclasses import replace

from labctl.core.ids import NodeName
from labctl.plan.model import Link, Plan
from labctl.spec.topology import End
from tests.plans import plan_of

NODES = tuple(map(NodeName, ("jury", "sonde_admin", "sonde_serveurs", "sonde_wan")))
CABLE = Link(End(NODES[1], "eth0"), End(NODES[2], "eth0"))


def small_plan(bench: int = 1) -> Plan:
    """Return the plan of a bench reduced to the jury and three probes, two of them cabled."""
    plan = plan_of(bench)
    return replace(plan, nodes={name: plan.nodes[name] for name in NODES}, links=(CABLE,))


def outer_plan(bench: int = 1) -> Plan:
    """Return the plan of a bench reduced to what is outside: router, upstream, jury, a probe."""
    plan = plan_of(bench)
    names = {*map(NodeName, ("internet", "routeur")), NODES[0], NODES[3]}
    links = tuple(each for each in plan.links if {each.a.node, each.b.node} <= names)
    nodes = {name: node for name, node in plan.nodes.items() if name in names}
    return replace(plan, nodes=nodes, links=links)

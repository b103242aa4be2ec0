"""What a candidate sees of a bench: machines and cables of the subject, nothing of labctl."""

from dataclasses import replace

from labctl.core.ids import NodeName
from labctl.plan.model import Bridge, Link, Node, Plan
from labctl.spec.demand import list_machines
from labctl.spec.kind import load_kind
from labctl.spec.topology import HOST, NodeState


def hide_observers(plan: Plan) -> Plan:
    """Return the plan without the machines of labctl, and without the cables that lead to them.

    The upstream stays, as the Internet; of the room's host, what holds a machine of the subject.
    """
    upstream = plan.internet.node
    nodes = {
        name: replace(one, state=find_state(plan, one))
        for name, one in plan.nodes.items()
        if not load_kind(one.kind).is_observer
    }
    seen = {*nodes, upstream}
    bridges = tuple(_keep(bridge, plan, seen) for bridge in _bridges(plan))
    bridges = tuple(bridge for bridge in bridges if bridge.ports)
    cards = {card for bridge in bridges for card in (bridge.trunk, *bridge.ports)}
    if upstream in plan.nodes:
        nodes[upstream] = replace(plan.nodes[upstream], hostname="Internet")
    if bridges:
        nodes[HOST] = replace(plan.nodes[HOST], bridges=bridges)
    links = tuple(link for link in plan.links if _is_seen(link, seen, cards))
    return replace(plan, nodes=nodes, links=links)


def find_state(plan: Plan, node: Node) -> NodeState:
    """Return how a candidate finds a machine: there, where some of it is delivered working."""
    given = (plan.demands[topic] for topic in plan.delivered.topics)
    is_there = node.name in {name for demand in given for name in list_machines(demand)}
    is_new = node.state is NodeState.TO_CONFIGURE
    return NodeState.EXISTING if is_new and is_there else node.state


def is_for_candidate(plan: Plan) -> bool:
    """Tell whether nothing of labctl is left in a plan."""
    return plan.management.vantage not in plan.nodes


def call_kind(node: Node) -> str:
    """Return what a subject calls a machine, in French."""
    kind = load_kind(node.kind)
    return kind.candidate.words or (kind.words.fr if kind.words else node.kind)


def _bridges(plan: Plan) -> tuple[Bridge, ...]:
    return plan.nodes[HOST].bridges if HOST in plan.nodes else ()


def _keep(bridge: Bridge, plan: Plan, seen: set[NodeName]) -> Bridge:
    ends = {link.a.interface: link.b.node for link in plan.links if link.a.node == HOST}
    ports = {port: vid for port, vid in bridge.ports.items() if ends.get(port) in seen}
    return replace(bridge, ports=ports)


def _is_seen(link: Link, seen: set[NodeName], cards: set[str]) -> bool:
    """Tell whether both ends of a cable are seen; an end at the host, where its card is kept."""
    return all(
        end.node in seen or (end.node == HOST and end.interface in cards)
        for end in (link.a, link.b)
    )

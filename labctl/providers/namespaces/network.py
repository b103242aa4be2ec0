"""Cables of a bench: those of the plan, and the management network of the jury's vantage."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from labctl.core.ids import NodeName
from labctl.plan.addressing import derive_mac
from labctl.plan.model import End, Node, Plan
from labctl.providers.namespaces.processes import Process
from labctl.providers.namespaces.runtime import Cable

MANAGEMENT = "mgmt0"
_NODE_CARD, _VANTAGE_CARD, _BRIDGE_CARD = 0xF0, 0xF1, 0xF2
"""Cards of the management network, beyond any of the plan's."""


def list_cables(plan: Plan) -> tuple[Cable, ...]:
    """Return every cable a bench must have."""
    data = tuple(
        Cable(
            link.a.node, link.a.interface, _mac(plan, link.a),
            link.b.node, link.b.interface, _mac(plan, link.b),
        )
        for link in plan.links
    )  # fmt: skip
    vantage = plan.management.vantage
    nodes = (node for node in plan.nodes.values() if node.name != vantage)
    return (*data, *(_management_cable(plan, node) for node in nodes))


def find_missing(cables: Iterable[Cable], running: Mapping[NodeName, Process]) -> tuple[Cable, ...]:
    """Return the cables that must be laid: no end is there, or a machine does not run."""
    present = _list_interfaces(running)
    return tuple(
        cable
        for cable in cables
        if not {cable.node, cable.peer} <= set(running)
        or not any(interface in present[node] for node, interface in _ends(cable))
    )


def find_stale(
    missing: Iterable[Cable], running: Mapping[NodeName, Process]
) -> tuple[tuple[NodeName, str], ...]:
    """Return the ends of missing cables that are still there.

    The kernel takes the far end of a cable away some time after the machine at the near one died.
    """
    present = _list_interfaces(running)
    return tuple(
        (node, interface)
        for cable in missing
        for node, interface in _ends(cable)
        if interface in present.get(node, ())
    )


def configure_lines(
    plan: Plan, new_nodes: Iterable[NodeName], new_cables: Iterable[Cable]
) -> tuple[tuple[NodeName, tuple[str, ...]], ...]:
    """Return what ``ip`` must do in which node for loopback and the management network."""
    vantage = plan.nodes[plan.management.vantage]
    lines: dict[NodeName, list[str]] = {name: ["link set lo up"] for name in new_nodes}
    if vantage.name in lines:
        lines[vantage.name] += _bridge_lines(plan, vantage)
    for cable in new_cables:
        if cable.interface == MANAGEMENT:
            port = cable.peer_interface
            lines.setdefault(vantage.name, []).append(f"link set {port} master {MANAGEMENT} up")
            address = plan.nodes[cable.node].management
            lines.setdefault(cable.node, []).extend(
                (f"addr replace {address} dev {MANAGEMENT}", f"link set {MANAGEMENT} up")
            )
    return tuple((node, tuple(each)) for node, each in lines.items())


def list_relinked(
    new_nodes: Iterable[NodeName], new_cables: Iterable[Cable]
) -> dict[NodeName, tuple[str, ...]]:
    """Return, for the machines that ran already, the interfaces that came back under them."""
    new = set(new_nodes)
    found: dict[NodeName, list[str]] = {}
    for cable in new_cables:
        if cable.interface == MANAGEMENT:
            continue
        for node, interface in _ends(cable):
            if node not in new:
                found.setdefault(node, []).append(interface)
    return {node: tuple(interfaces) for node, interfaces in found.items()}


def name_cable(cable: Cable) -> str:
    """Return a cable as a person reads it."""
    return f"{cable.node}:{cable.interface}–{cable.peer}:{cable.peer_interface}"


def _bridge_lines(plan: Plan, vantage: Node) -> tuple[str, ...]:
    mac = _management_mac(plan, vantage, _BRIDGE_CARD)
    return (
        f"link add {MANAGEMENT} address {mac} type bridge",
        f"addr add {vantage.management} dev {MANAGEMENT}",
        f"link set {MANAGEMENT} up",
    )


def _management_cable(plan: Plan, node: Node) -> Cable:
    return Cable(
        node.name, MANAGEMENT, _management_mac(plan, node, _NODE_CARD),
        plan.management.vantage, f"mg{_last_octet(node)}",
        _management_mac(plan, node, _VANTAGE_CARD),
    )  # fmt: skip


def _management_mac(plan: Plan, node: Node, card: int) -> str:
    return derive_mac(plan.bench, _last_octet(node), card)


def _last_octet(node: Node) -> int:
    return node.management.ip.packed[-1]


def _mac(plan: Plan, end: End) -> str:
    cards = plan.nodes[end.node].interfaces
    return next(card.mac for card in cards if card.name == end.interface)


def _ends(cable: Cable) -> tuple[tuple[NodeName, str], ...]:
    return (cable.node, cable.interface), (cable.peer, cable.peer_interface)


def _list_interfaces(running: Mapping[NodeName, Process]) -> dict[NodeName, frozenset[str]]:
    return {name: _read_interfaces(process) for name, process in running.items()}


def _read_interfaces(process: Process) -> frozenset[str]:
    """Return the names of a machine's interfaces, none when it ended meanwhile."""
    try:
        lines = Path(f"/proc/{process.pid}/net/dev").read_text().splitlines()[2:]
    except OSError:
        return frozenset()
    return frozenset(line.partition(":")[0].strip() for line in lines)

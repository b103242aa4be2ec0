"""Cables of a bench: those of the plan, and the management network of the jury's vantage."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core.ids import NodeName
from labctl.plan.addressing import management_mac, slot_of
from labctl.plan.model import Node, Plan
from labctl.providers.namespaces.processes import Process
from labctl.providers.namespaces.runtime import Cable
from labctl.spec.topology import End

MANAGEMENT = "mgmt0"
HOST = NodeName("-host")
"""Stands, at the end of a cable, for the network the hypervisor keeps its bridges in."""
_VANTAGE_CARD, _BRIDGE_CARD, _UPLINK_CARD = 0xF1, 0xF2, 0xF3
"""Cards of the management network, beyond any of the plan's."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Machines of a bench that are no namespaces, and where the bridges are that they plug in.

    Bridge and port names are made of ``tag`` (the installation and the bench) and of a rank: that
    of the link in the plan, or ``MANAGEMENT_RANK``.
    """

    nodes: frozenset[NodeName]
    tag: str
    place: Process  # whose network namespace holds the bridges

    def port(self, rank: int) -> str:
        """Return the name of the port by which a namespace plugs in it."""
        return f"lv{self.tag}{two_signs(rank)}"


def bridge_name(tag: str, rank: int) -> str:
    """Return the name of the bridge of a rank."""
    return f"lb{tag}{two_signs(rank)}"


_DIGITS = string.digits + string.ascii_lowercase
MANAGEMENT_RANK = len(_DIGITS) ** 2 - 1
"""Beyond any cable of a plan."""
_UPLINK = "mgvm"


def two_signs(rank: int) -> str:
    """Return a number below 1296 in base 36: names of network devices have no room for more."""
    high, low = divmod(rank, len(_DIGITS))
    return _DIGITS[high] + _DIGITS[low]


def list_cables(plan: Plan, outside: Outside | None = None) -> tuple[Cable, ...]:
    """Return every cable that namespaces of a bench must have."""
    vantage = plan.management.vantage
    others = outside.nodes if outside else frozenset()
    nodes = (node for node in plan.nodes.values() if node.name not in {vantage, *others})
    management = tuple(_management_cable(plan, node) for node in nodes)
    if outside is None:
        return (*(_data_cable(plan, link.a, link.b) for link in plan.links), *management)
    found = [_uplink(plan, outside)]
    for rank, link in enumerate(plan.links):
        inside = [end for end in (link.a, link.b) if end.node not in others]
        if len(inside) == 2:
            found.append(_data_cable(plan, link.a, link.b))
        elif inside:
            found.append(_plug(plan, inside[0], outside.port(rank)))
    return (*found, *management)


def add_host(
    running: Mapping[NodeName, Process], outside: Outside | None
) -> dict[NodeName, Process]:
    """Return what runs and can hold the end of a cable."""
    return {**running, HOST: outside.place} if outside else dict(running)


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
        if cable.peer == HOST:
            port = cable.peer_interface
            bridge = f"lb{port.removeprefix('lv')}"
            lines.setdefault(HOST, []).append(f"link set {port} master {bridge} up")
            if cable.interface == _UPLINK:
                uplink = f"link set {_UPLINK} master {MANAGEMENT} up"
                lines.setdefault(vantage.name, []).append(uplink)
        elif cable.interface == MANAGEMENT:
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
        if cable.interface in (MANAGEMENT, _UPLINK):
            continue
        for node, interface in _ends(cable):
            if node not in new and node != HOST:
                found.setdefault(node, []).append(interface)
    return {node: tuple(interfaces) for node, interfaces in found.items()}


def name_cable(cable: Cable) -> str:
    """Return a cable as a person reads it."""
    if cable.peer == HOST:
        return f"{cable.node}:{cable.interface}–{cable.peer_interface}"
    return f"{cable.node}:{cable.interface}–{cable.peer}:{cable.peer_interface}"


def _bridge_lines(plan: Plan, vantage: Node) -> tuple[str, ...]:
    mac = management_mac(plan.bench, vantage.management, _BRIDGE_CARD)
    return (
        f"link add {MANAGEMENT} address {mac} type bridge",
        f"addr add {vantage.management} dev {MANAGEMENT}",
        f"link set {MANAGEMENT} up",
    )


def _data_cable(plan: Plan, a: End, b: End) -> Cable:
    return Cable(
        a.node, a.interface, _mac(plan, a), b.node, b.interface, _mac(plan, b)
    )  # fmt: skip


def _plug(plan: Plan, end: End, port: str) -> Cable:
    mac = _mac(plan, end)
    return Cable(end.node, end.interface, mac, HOST, port, _far_mac(mac))


def _uplink(plan: Plan, outside: Outside) -> Cable:
    vantage = plan.nodes[plan.management.vantage]
    mac = management_mac(plan.bench, vantage.management, _UPLINK_CARD)
    port = outside.port(MANAGEMENT_RANK)
    return Cable(vantage.name, _UPLINK, mac, HOST, port, _far_mac(mac))


def _far_mac(mac: str) -> str:
    """Return the MAC of the bridge port at the other end of a card's cable."""
    return f"06{mac[2:]}"


def _management_cable(plan: Plan, node: Node) -> Cable:
    return Cable(
        node.name, MANAGEMENT, management_mac(plan.bench, node.management),
        plan.management.vantage, f"mg{slot_of(node.management):04x}",
        management_mac(plan.bench, node.management, _VANTAGE_CARD),
    )  # fmt: skip


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

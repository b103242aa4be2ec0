"""Which machines a bench is made of, and which cable goes where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface

from labctl.core.ids import NodeName
from labctl.plan.addressing import AddressPlan, derive_mac, probe_address
from labctl.plan.model import (
    End,
    Interface,
    Internet,
    Link,
    Management,
    Node,
    NodeState,
    PortMode,
    Segment,
    Switch,
)
from labctl.spec import reserved
from labctl.spec.devices import Devices
from labctl.spec.subject import Subject

MANAGEMENT = Management(reserved.MANAGEMENT, NodeName("jury"), "labctl-audit")
INTERNET = Internet(
    node=NodeName("internet"),
    wan=reserved.WAN,
    gateway=IPv4Interface((reserved.WAN.network_address + 1, reserved.WAN.prefixlen)),
    probe=probe_address(reserved.WAN),
    canary=reserved.PUBLIC.network_address + 80,
    dns=reserved.PUBLIC.network_address + 53,
    canary_name=f"canari.{reserved.DOMAIN}",
)

JURY = NodeName("jury")
ROUTER = NodeName("routeur")
SWITCH = NodeName("commutateur")
HOST = NodeName("hote")
DC = NodeName("dc")
NAS = NodeName("nas")
WORKSTATION = NodeName("poste")
PRINTER = NodeName("imprimante")
ACCESS_POINT = NodeName("point_acces")
WAN_PROBE = NodeName("sonde_wan")
_FIRST = (JURY, INTERNET.node, ROUTER, SWITCH, HOST, DC, NAS, WORKSTATION, PRINTER, ACCESS_POINT)


def probe_name(segment: str) -> NodeName:
    """Return the name of labctl's probe in a segment."""
    return NodeName(f"sonde_{segment.lower()}")


@dataclass(frozen=True, slots=True)
class Bench:
    """What placing the machines of a bench needs to know."""

    number: int
    kind: str  # of the workstation
    subject: Subject
    addresses: AddressPlan
    switch: Switch

    @property
    def devices(self) -> Devices:
        """Return the machines of the cahier."""
        return self.subject.devices

    @property
    def probed(self) -> tuple[Segment, ...]:
        """Return the segments that hold a probe."""
        return tuple(s for s in self.addresses.segments.values() if s.probe is not None)


def place_nodes(bench: Bench) -> dict[NodeName, Node]:
    """Return the machines of a bench by name."""
    return {node.name: node for node in (*_machines(bench), *_probes(bench))}


def _machines(bench: Bench) -> Iterator[Node]:
    devices, at = bench.devices, bench.addresses
    yield _node(bench, JURY, "vantage", "jury", NodeState.OBSERVER)
    wan = tuple(_card(bench, INTERNET.node, i, f"wan{i}") for i in (1, 2))
    yield _node(bench, INTERNET.node, "internet", "internet", NodeState.EXISTING, wan)
    lan = at.interface(devices.router.lan)
    cards = (
        _card(bench, ROUTER, 0, "wan0"),
        _card(bench, ROUTER, 1, "lan0", devices.router.lan.vlan, lan),
    )
    yield _node(bench, ROUTER, "router", devices.router.name, _state(devices.router.state), cards)
    ports = tuple(
        _card(bench, SWITCH, port.number, f"gi{port.number}") for port in bench.switch.ports
    )
    yield _node(bench, SWITCH, "switch", devices.switch.name, _state(devices.switch.state), ports)
    yield _host(bench)
    yield _server(bench, DC, "dc", devices.dc.name, devices.dc.state)
    yield _server(bench, NAS, "nas", devices.nas.name, devices.nas.state)
    yield from _clients(bench)


def _host(bench: Bench) -> Node:
    ports = tuple(
        _card(bench, HOST, rank, link.a.interface)
        for rank, link in enumerate(place_host_links(bench))
    )
    return _node(bench, HOST, "host", "hote", NodeState.EXISTING, ports)


def _server(bench: Bench, name: NodeName, role: str, hostname: str, state: str) -> Node:
    ref = bench.devices.dc.address if name == DC else bench.devices.nas.address
    card = _card(bench, name, 0, "eth0", ref.vlan, bench.addresses.interface(ref))
    return _node(bench, name, role, hostname, _state(state), (card,))


def _clients(bench: Bench) -> Iterator[Node]:
    devices, at = bench.devices, bench.addresses
    work = bench.subject.workstation
    card = _card(bench, WORKSTATION, 0, "eth0", work.network.vlan)
    state = NodeState.TO_CONFIGURE
    yield _node(bench, WORKSTATION, bench.kind, work.name, state, (card,))
    ref = devices.printer.address
    gateway = at.segments[ref.vlan].gateway
    facts = bench.subject.bench
    printer = Interface("eth0", facts.printer_mac, ref.vlan, at.interface(ref), gateway)
    state = _state(devices.printer.state)
    yield _node(bench, PRINTER, "printer", devices.printer.name, state, (printer,))
    reserved = {r.name: r.address for r in devices.router.dhcp.reservations}
    ref = reserved[devices.access_point.name]
    gateway = at.segments[ref.vlan].gateway
    radio = Interface("eth0", facts.ap_mac, ref.vlan, at.interface(ref), gateway)
    state = _state(devices.access_point.state)
    yield _node(bench, ACCESS_POINT, "access-point", devices.access_point.name, state, (radio,))


def _probes(bench: Bench) -> Iterator[Node]:
    for segment in bench.probed:
        name = probe_name(segment.name)
        card = _card(bench, name, 0, "eth0", segment.name, segment.probe)
        yield _node(bench, name, "probe", name.replace("_", "-"), NodeState.OBSERVER, (card,))
    card = Interface("eth0", _mac(bench, WAN_PROBE, 0), "WAN", INTERNET.probe, INTERNET.gateway.ip)
    yield _node(bench, WAN_PROBE, "probe", "sonde-wan", NodeState.OBSERVER, (card,))


def _node(
    bench: Bench,
    name: NodeName,
    role: str,
    hostname: str,
    state: NodeState,
    cards: tuple[Interface, ...] = (),
) -> Node:
    rank = _rank(bench, name)
    last = 1 if name == JURY else 9 + rank
    management = IPv4Interface((MANAGEMENT.network.network_address + last, 24))
    return Node(name, role, hostname, state, management, cards)


def _card(
    bench: Bench,
    node: NodeName,
    rank: int,
    name: str,
    segment: str = "",
    address: IPv4Interface | None = None,
) -> Interface:
    gateway = bench.addresses.segments[segment].gateway if segment and address else None
    return Interface(name, _mac(bench, node, rank), segment, address, gateway)


def _mac(bench: Bench, node: NodeName, card: int) -> str:
    return derive_mac(bench.number, _rank(bench, node), card)


def _rank(bench: Bench, name: NodeName) -> int:
    names = (*_FIRST, WAN_PROBE, *(probe_name(segment.name) for segment in bench.probed))
    return names.index(name)


def _state(text: str) -> NodeState:
    return NodeState(text)


def place_links(bench: Bench) -> tuple[Link, ...]:
    """Return every cable of a bench."""
    numbers = {port.key: port.number for port in bench.switch.ports if port.key}
    cables = {"uplink": End(ROUTER, "lan0"), "poste": End(WORKSTATION, "eth0"),
              "imprimante": End(PRINTER, "eth0")}  # fmt: skip
    return (
        Link(End(INTERNET.node, "wan1"), End(ROUTER, "wan0")),
        Link(End(INTERNET.node, "wan2"), End(WAN_PROBE, "eth0")),
        *(Link(End(SWITCH, f"gi{numbers[key]}"), end) for key, end in cables.items()),
        *place_host_links(bench),
    )


def place_host_links(bench: Bench) -> tuple[Link, ...]:
    """Return the cables of the room host: its trunks to the switch, then its machines."""
    trunks = [port for port in bench.switch.ports if port.key and port.mode is PortMode.TRUNK]
    links = [
        Link(
            End(HOST, f"t{rank}"), End(SWITCH, f"gi{port.number}"),
            host_switch=port.key, native_vid=port.access_vid,
        )
        for rank, port in enumerate(trunks, start=1)
    ]  # fmt: skip
    for rank, (name, segment, key) in enumerate(_guests(bench), start=1):
        end = End(HOST, f"p{rank}")
        vid = bench.addresses.vid(segment)
        links.append(Link(end, End(name, "eth0"), vid=vid, host_switch=key))
    return tuple(links)


def _guests(bench: Bench) -> Iterator[tuple[NodeName, str, str]]:
    """Yield the machines the host holds, their segment, and the switch port they live behind."""
    carried = _carriers(bench)
    for name, ref in ((DC, bench.devices.dc.address), (NAS, bench.devices.nas.address)):
        yield name, ref.vlan, carried[ref.vlan]
    reserved = {r.name: r.address for r in bench.devices.router.dhcp.reservations}
    yield ACCESS_POINT, reserved[bench.devices.access_point.name].vlan, "point_acces"
    for segment in bench.probed:
        yield probe_name(segment.name), segment.name, carried[segment.name]


def _carriers(bench: Bench) -> Mapping[str, str]:
    """Return for each segment the first trunk port of the cahier that carries it."""
    carried: dict[str, str] = {}
    for key, port in bench.devices.switch.ports.items():
        if port.mode == "trunk":
            for vlan in port.vlans:
                carried.setdefault(vlan, key)
    return carried

"""The topology of a cahier ``labctl/cdc/v1``, whose blocks are those of one bench."""

from collections.abc import Iterator

from labctl.core.ids import NodeName
from labctl.plan.addressing import AddressPlan
from labctl.spec.fields import HostRef
from labctl.spec.kind import list_cards, load_kind
from labctl.spec.subject import Subject
from labctl.spec.topology import (
    HOST,
    INTERNET,
    Cable,
    Card,
    End,
    Machine,
    NodeState,
    Topology,
)
from labctl.spec.variant import Variant

ROUTER = NodeName("routeur")
SWITCH = NodeName("commutateur")
DC = NodeName("dc")
NAS = NodeName("nas")
WORKSTATION = NodeName("poste")
PRINTER = NodeName("imprimante")
ACCESS_POINT = NodeName("point_acces")


def build_topology(
    subject: Subject, variant: Variant, at: AddressPlan, workstation: str
) -> Topology:
    """Return the topology of a bench; ``workstation`` is the kind its room chose."""
    machines = {machine.name: machine for machine in _machines(subject, at, workstation)}
    return Topology(at.segments, machines, tuple(_cables(subject, variant)))


def _machines(subject: Subject, at: AddressPlan, workstation: str) -> Iterator[Machine]:
    devices, desk = subject.devices, subject.workstation
    reserved = {r.name: r.address for r in devices.router.dhcp.reservations}
    radio = reserved[devices.access_point.name]
    existing: tuple[tuple[NodeName, str, str, str, dict[str, Card]], ...] = (
        (ROUTER, "router", devices.router.name, devices.router.state,
         {"lan0": _card(at, devices.router.lan)}),
        (SWITCH, "switch", devices.switch.name, devices.switch.state, {}),
        (DC, "dc", devices.dc.name, devices.dc.state, {"eth0": _card(at, devices.dc.address)}),
        (NAS, "nas", devices.nas.name, devices.nas.state, {"eth0": _card(at, devices.nas.address)}),
        (WORKSTATION, workstation, desk.name, "a_configurer", {"eth0": Card(desk.network.vlan)}),
        (PRINTER, "printer", devices.printer.name, devices.printer.state,
         {"eth0": _card(at, devices.printer.address, subject.bench.printer_mac)}),
        (ACCESS_POINT, "access-point", devices.access_point.name, devices.access_point.state,
         {"eth0": _card(at, radio, subject.bench.ap_mac)}),
    )  # fmt: skip
    for name, kind, hostname, state, cards in existing:
        known = {card: cards.get(card, Card()) for card in list_cards(load_kind(kind))}
        yield Machine(name, kind, hostname, NodeState(state), known)


def _card(at: AddressPlan, ref: HostRef, mac: str = "") -> Card:
    return Card(ref.vlan, at.interface(ref), mac)


def _cables(subject: Subject, variant: Variant) -> Iterator[Cable]:
    yield Cable("wan", End(INTERNET, ""), End(ROUTER, "wan0"))
    ends = {
        "uplink": End(ROUTER, "lan0"),
        "poste": End(WORKSTATION, "eth0"),
        "imprimante": End(PRINTER, "eth0"),
    }
    guests = {"serveurs": (DC, NAS), "point_acces": (ACCESS_POINT,)}
    ports = subject.devices.switch.ports
    for key, end in ends.items():
        near = End(SWITCH, f"gi{variant.ports[key]}")
        yield Cable(key, near, end, ports[key].vlan or "")
    for key, port in ports.items():
        if port.mode == "trunk":
            far = End(SWITCH, f"gi{variant.ports[key]}")
            held = guests.get(key, ())
            yield Cable(key, End(HOST, ""), far, port.native or "", port.vlans, guests=held)

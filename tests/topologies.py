"""Topologies of no exam that is shipped: a flat network at home, two sites with a router each."""

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Interface, IPv4Network

from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from labctl.plan.placement import place
from labctl.spec.topology import (
    HOST,
    INTERNET,
    Cable,
    Card,
    End,
    Machine,
    Medium,
    NodeState,
    Segment,
    Topology,
    probe_address,
)
from tests.plans import plan_of

CARDS = {
    "box": ("wan0", "wlan0", "lan1", "lan2", "lan3", "lan4"),
    "laptop": ("wlan0",),
    "router": ("wan0", "lan0", "lan1"),
    "switch": tuple(f"gi{number}" for number in range(1, 13)),
}
"""Cards of a kind, where it has others than one ``eth0``: kinds of these topologies alone."""


KINDS = {
    "box": """\
kind: box
from: router
words: {fr: box, en: home router}
cards: [wan0, wlan0]
ports: {card: "lan{n}", label: "LAN {n}", count: 4}
""",
    "laptop": """\
kind: laptop
from: workstation-linux
words: {fr: ordinateur portable, en: laptop}
cards: [wlan0]
""",
}
"""What describes those that labctl does not ship."""


def segment(name: str, network: str, vid: int = 0) -> Segment:
    """Return a segment whose gateway is its first host."""
    parsed = IPv4Network(network)
    return Segment(
        name, f"réseau {name}", vid, parsed, parsed.network_address + 1, probe_address(parsed)
    )


def machine(
    name: str, kind: str, cards: dict[str, Card], state: NodeState = NodeState.TO_CONFIGURE
) -> Machine:
    """Return a machine whose host name is its own, in capitals."""
    hostname = name.upper().replace("_", "-")
    known = {card: cards.get(card, Card()) for card in CARDS.get(kind, ("eth0",))}
    return Machine(NodeName(name), kind, hostname, state, known)


def end(text: str) -> End:
    """Return an end written ``machine.port``."""
    node, _dot, port = text.partition(".")
    return End(NodeName(node), port)


def cable(  # a cable, always written with keywords
    a: str,
    b: str,
    *,
    untagged: str = "",
    tagged: tuple[str, ...] = (),
    medium: Medium = Medium.COPPER,
    guests: tuple[str, ...] = (),
) -> Cable:
    """Return a cable, named after its far end."""
    held = tuple(map(NodeName, guests))
    return Cable(end(b).node, end(a), end(b), untagged, tagged, medium, held)


def plan_with(found: Topology) -> Plan:
    """Return the plan of a bench that has these machines and cables, and no other values of it."""
    placed, shipped = place(found, 1), plan_of(1)
    plan = replace(shipped, nodes=placed.nodes, links=placed.links, demands={})
    return replace(plan, segments=dict(found.segments), company="Essai", title="Essai")


def topology(segments: Iterable[Segment], machines: Iterable[Machine], *cables: Cable) -> Topology:
    """Return a topology of these."""
    return Topology({s.name: s for s in segments}, {m.name: m for m in machines}, cables)


def at_home(*more: Machine) -> Topology:
    """Return one flat network: a box that does everything, two desks, a NAS."""
    lan = segment("MAISON", "192.168.1.0/24")
    card = Card("MAISON")
    box = {"lan1": Card("MAISON", IPv4Interface("192.168.1.1/24")), "wlan0": card}
    machines = (
        machine("box", "box", {"wan0": Card(), **box}),
        machine("poste_salon", "workstation-linux", {"eth0": card}),
        machine("portable", "laptop", {"wlan0": card}),
        machine("nas", "nas", {"eth0": Card("MAISON", IPv4Interface("192.168.1.20/24"))}),
    )
    return topology(
        [lan],
        (*machines, *more),
        cable(INTERNET, "box.wan0"),
        cable("box.lan1", "poste_salon.eth0", untagged="MAISON"),
        cable("box.lan2", "nas.eth0", untagged="MAISON"),
        cable("box.wlan0", "portable.wlan0", untagged="MAISON", medium=Medium.RADIO),
        cable(HOST, "box.lan4", untagged="MAISON"),
    )


def on_two_sites(*more: Machine) -> Topology:
    """Return two routers, a switch behind each, a trunk between the switches."""
    segments = (
        segment("SIEGE", "10.1.0.0/24", 10),
        segment("ATELIER", "10.2.0.0/24", 20),
        Segment("LIEN", "entre routeurs", 30, IPv4Network("10.3.0.0/30"), None, None),
    )
    link = IPv4Network("10.3.0.0/30")
    machines = (
        machine(
            "r1",
            "router",
            {
                "lan0": Card("SIEGE", IPv4Interface("10.1.0.1/24")),
                "lan1": Card("LIEN", IPv4Interface((link[1], 30))),
            },
        ),
        machine(
            "r2",
            "router",
            {
                "wan0": Card("LIEN", IPv4Interface((link[2], 30))),
                "lan0": Card("ATELIER", IPv4Interface("10.2.0.1/24")),
            },
        ),
        machine("sw1", "switch", {}),
        machine("sw2", "switch", {}),
        machine("poste1", "workstation-linux", {"eth0": Card("SIEGE")}),
        machine("poste2", "workstation-linux", {"eth0": Card("ATELIER")}),
        machine("serveur", "nas", {"eth0": Card("SIEGE", IPv4Interface("10.1.0.20/24"))}),
    )
    return topology(
        segments,
        (*machines, *more),
        cable(INTERNET, "r1.wan0"),
        cable("r1.lan0", "sw1.gi1", untagged="SIEGE"),
        cable("r1.lan1", "r2.wan0", untagged="LIEN"),
        cable("r2.lan0", "sw2.gi1", untagged="ATELIER"),
        cable("sw1.gi12", "sw2.gi12", tagged=("SIEGE", "ATELIER")),
        cable("sw1.gi2", "poste1.eth0", untagged="SIEGE"),
        cable("sw2.gi2", "poste2.eth0", untagged="ATELIER"),
        cable(HOST, "sw1.gi3", untagged="SIEGE", guests=("serveur",)),
        cable(HOST, "sw2.gi3", untagged="ATELIER"),
    )

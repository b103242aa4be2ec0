"""From a topology to the machines and cables of a bench, the engine's own included."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface

from labctl.core.ids import NodeName
from labctl.plan.addressing import FACING, VANTAGE_SLOT, allocate_slots, derive_mac
from labctl.plan.model import Bridge, Interface, Internet, Link, Management, Node, Port
from labctl.spec import reserved
from labctl.spec.survey import find_kind
from labctl.spec.topology import (
    HOST,
    INTERNET,
    Cable,
    End,
    Machine,
    NodeState,
    Topology,
    probe_address,
    probe_name,
)

MANAGEMENT = Management(reserved.MANAGEMENT, NodeName("jury"), "labctl-audit")
UPSTREAM = Internet(
    node=INTERNET,
    wan=reserved.WAN,
    gateway=IPv4Interface((reserved.WAN.network_address + 1, reserved.WAN.prefixlen)),
    probe=probe_address(reserved.WAN),
    canary=reserved.PUBLIC.network_address + 80,
    dns=reserved.PUBLIC.network_address + 53,
    canary_name=f"canari.{reserved.DOMAIN}",
)
ENTRANCE = "entrance"
"""The kind of what a candidate comes in by: on no bench's network, so in no plan."""
_CARD = "eth0"


@dataclass(frozen=True, slots=True)
class Plug:
    """A machine that the room's host holds: the rank of the trunk it is behind, its segment."""

    trunk: int
    node: NodeName
    segment: str


@dataclass(frozen=True, slots=True)
class Cabling:
    """The cables of a bench by what they are for; the engine's ports are numbered."""

    upstream: tuple[Link, ...]
    between: tuple[Link, ...]
    trunks: tuple[Link, ...]
    plugged: tuple[Link, ...]
    bridges: tuple[Bridge, ...]

    @property
    def links(self) -> tuple[Link, ...]:
        """Return all of them."""
        return (*self.upstream, *self.between, *self.trunks, *self.plugged)


@dataclass(frozen=True, slots=True)
class Placed:
    """The machines and cables of a bench."""

    nodes: dict[NodeName, Node]
    links: tuple[Link, ...]


def place(topology: Topology, bench: int) -> Placed:
    """Return the machines and cables of a bench."""
    cabling = _lay(topology)
    nodes = _Nodes(topology, bench, cabling, _slots(topology, cabling))
    return Placed({node.name: node for node in nodes.build()}, cabling.links)


def _lay(topology: Topology) -> Cabling:
    trunks = [cable for cable in topology.cables if HOST in _nodes_of(cable)]
    upstream = [cable for cable in topology.cables if INTERNET in _nodes_of(cable)]
    others = [cable for cable in topology.cables if cable not in trunks and cable not in upstream]
    wan = [_number(cable, INTERNET, f"wan{rank}") for rank, cable in enumerate(upstream, start=1)]
    if wan:
        end = End(INTERNET, f"wan{len(wan) + 1}")
        wan.append(Link(end, End(probe_name(reserved.UPSTREAM), _CARD), untagged=reserved.UPSTREAM))
    plugs = tuple(_list_plugs(topology, trunks))
    return Cabling(
        tuple(wan),
        tuple(_link(cable) for cable in others),
        tuple(_number(cable, HOST, f"t{rank}") for rank, cable in enumerate(trunks, start=1)),
        tuple(
            Link(End(HOST, f"p{rank}"), End(plug.node, _CARD), untagged=plug.segment)
            for rank, plug in enumerate(plugs, start=1)
        ),
        tuple(_bridge(topology, rank, cable, plugs) for rank, cable in enumerate(trunks)),
    )


def _nodes_of(cable: Cable) -> tuple[NodeName, NodeName]:
    return cable.a.node, cable.b.node


def _link(cable: Cable) -> Link:
    return Link(cable.a, cable.b, cable.medium, cable.untagged, cable.tagged)


def _number(cable: Cable, node: NodeName, port: str) -> Link:
    """Return a cable whose end at one of the engine's machines has a port."""
    link, end = _link(cable), End(node, port)
    return replace(link, a=end) if link.a.node == node else replace(link, b=end)


def _list_plugs(topology: Topology, trunks: Iterable[Cable]) -> Iterator[Plug]:
    """Yield what the host holds: machines of the cahier, then one probe for each segment."""
    numbered = tuple(enumerate(trunks))
    for rank, cable in numbered:
        for name in cable.guests:
            yield Plug(rank, name, topology.machines[name].cards[_CARD].segment)
    for segment in topology.segments.values():
        carriers = (rank for rank, cable in numbered if segment.name in cable.carried)
        first = next(carriers, None)
        if segment.probe is not None and first is not None:
            yield Plug(first, probe_name(segment.name), segment.name)


def _bridge(topology: Topology, rank: int, trunk: Cable, plugs: tuple[Plug, ...]) -> Bridge:
    vids = {name: segment.vid for name, segment in topology.segments.items()}
    ports = {
        f"p{number}": vids[plug.segment]
        for number, plug in enumerate(plugs, start=1)
        if plug.trunk == rank
    }
    if not trunk.tagged:  # an access cable: no frame of it has a tag
        ports = dict.fromkeys(ports, 0)
    native = vids[trunk.untagged] if trunk.tagged and trunk.untagged else 0
    return Bridge(trunk.name, f"t{rank + 1}", native, ports)


def _slots(topology: Topology, cabling: Cabling) -> Mapping[NodeName, int]:
    ends = (end.node for link in cabling.links for end in (link.a, link.b))
    slots = allocate_slots({*topology.machines, *ends})
    return {**slots, MANAGEMENT.vantage: VANTAGE_SLOT}


def _list_ports(topology: Topology, machine: Machine) -> Iterator[Port]:
    """Yield the numbered ports of a machine whose kind has some, with what their cables carry."""
    kind = find_kind(machine.kind)
    ports = kind.ports if kind else None
    for number in range(1, ports.count + 1 if ports else 1):
        card, name = (
            (ports.card.format(n=number), ports.label.format(n=number)) if ports else ("", "")
        )
        end = End(machine.name, card)
        cable = next((one for one in topology.cables if end in (one.a, one.b)), None)
        if cable is None:
            yield Port(name, card, number)
        else:
            yield Port(name, card, number, cable.name, cable.untagged, cable.tagged, cable.label)


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Makes the machines of one bench."""

    topology: Topology
    bench: int
    cabling: Cabling
    slots: Mapping[NodeName, int]

    def build(self) -> Iterator[Node]:
        """Yield the jury's vantage, the upstream, the host, the cahier's machines, the probes."""
        yield self._node(MANAGEMENT.vantage, "vantage", NodeState.OBSERVER)
        if self.cabling.upstream:
            cards = tuple(self._facing(INTERNET))
            yield self._node(INTERNET, "internet", NodeState.EXISTING, cards)
        if self.cabling.trunks:
            host = self._node(HOST, "host", NodeState.EXISTING, tuple(self._facing(HOST)))
            yield replace(host, bridges=self.cabling.bridges)
        for machine in self.topology.machines.values():
            cards = tuple(self._cards(machine))
            node = self._node(machine.name, machine.kind, machine.state, cards)
            ports = tuple(_list_ports(self.topology, machine))
            yield replace(node, hostname=machine.hostname, ports=ports)
        yield from self._probes()

    def _node(
        self, name: NodeName, kind: str, state: NodeState, cards: tuple[Interface, ...] = ()
    ) -> Node:
        number = int(MANAGEMENT.network.network_address) + self.slots[name]
        management = IPv4Interface((number, MANAGEMENT.network.prefixlen))
        return Node(name, kind, name.replace("_", "-"), state, management, cards)

    def _cards(self, machine: Machine) -> Iterator[Interface]:
        """Yield the cards of a machine of the cahier."""
        for name, card in machine.cards.items():
            mac = card.mac or self._mac(End(machine.name, name))
            segment = self.topology.segments.get(card.segment)
            gateway = segment.gateway if segment and card.address else None
            is_own = card.address is not None and gateway == card.address.ip
            yield Interface(name, mac, card.segment, card.address, None if is_own else gateway)

    def _mac(self, end: End, facing: int = 0) -> str:
        machine = self.topology.machines.get(end.node)
        card = list(machine.cards).index(end.interface) if machine else 0
        return derive_mac(self.bench, self.slots[end.node], facing + card)

    def _facing(self, node: NodeName) -> Iterator[Interface]:
        """Yield the ports of a machine of the engine: their MACs depend on what they face."""
        for link in self.cabling.links:
            for own, peer in ((link.a, link.b), (link.b, link.a)):
                if own.node == node:
                    yield Interface(own.interface, self._mac(peer, FACING))

    def _probes(self) -> Iterator[Node]:
        probed = {probe_name(name): segment for name, segment in self.topology.segments.items()}
        for link in self.cabling.plugged:
            segment = probed.get(link.b.node)
            if segment is not None:
                yield self._probe(link.b, segment.name, segment.probe, segment.gateway)
        if self.cabling.upstream:
            end, gateway = self.cabling.upstream[-1].b, UPSTREAM.gateway.ip
            yield self._probe(end, reserved.UPSTREAM, UPSTREAM.probe, gateway)

    def _probe(
        self,
        end: End,
        segment: str,
        address: IPv4Interface | None,
        gateway: IPv4Address | None,
    ) -> Node:
        card = Interface(end.interface, self._mac(end), segment, address, gateway)
        return self._node(end.node, "probe", NodeState.OBSERVER, (card,))

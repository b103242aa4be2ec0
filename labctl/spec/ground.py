"""What the blocks of a cahier stand on: the machines and the networks of one variant, by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from labctl.core.ids import NodeName
from labctl.spec.loader import Value
from labctl.spec.topology import Card, Machine, NodeState, Segment

_WORKSTATION = "poste"
_NOTHING: Mapping[str, Value] = {}


@dataclass(frozen=True, slots=True)
class Ground:
    """The topology of one variant, against which every block is resolved.

    ``damaged`` names the segments whose own values are wrong: they are told of where they are
    written, and nothing more is said of what refers to them.
    """

    machines: Mapping[NodeName, Machine]
    segments: Mapping[str, Segment] = field(default_factory=dict)
    damaged: frozenset[str] = frozenset()

    @property
    def addresses(self) -> Mapping[NodeName, tuple[IPv4Interface, ...]]:
        """Return the addresses of the cards of each machine."""
        return {
            name: tuple(card.address for card in machine.cards.values() if card.address)
            for name, machine in self.machines.items()
        }


def is_host(network: IPv4Network, host: int) -> bool:
    """Tell whether a number is that of a host: neither the network, nor the broadcast address."""
    return 0 < host < network.num_addresses - 1


def usable(network: IPv4Network) -> str:
    """Return the host numbers of a network, as a reader writes them."""
    return f"1–{network.num_addresses - 2}"


def build_ground(tree: Mapping[str, Value], variant: str) -> Ground:
    """Return the topology of a cahier whose references are replaced, as far as it is well formed.

    A machine has a name (``nom``): what only says where a service runs is none.
    """
    values = _block(_block(tree, "variants"), variant)
    found = {vlan["nom"]: _segment(vlan, values) for vlan in _blocks(tree.get("vlans"))}
    segments = {str(name): segment for name, segment in found.items() if segment is not None}
    damaged = frozenset(str(name) for name in found) - segments.keys()
    devices = _block(tree, "equipements")
    named = {**devices, _WORKSTATION: tree.get(_WORKSTATION)}
    machines = {
        NodeName(name): _machine(name, block, devices, segments)
        for name, block in named.items()
        if isinstance(block, Mapping) and "nom" in block
    }
    return Ground(machines, segments, damaged)


def _segment(vlan: Mapping[str, Value], values: Mapping[str, Value]) -> Segment | None:
    """Return a segment, None when the cahier or the variant describes it wrongly."""
    name, host = str(vlan["nom"]), vlan.get("passerelle")
    vid = _block(values, "vids").get(name)
    if type(vid) is not int or not (host is None or type(host) is int):
        return None
    if vlan.get("sans_ip"):
        return Segment(name, str(vlan.get("usage")), vid, None, None, None)
    try:
        network = IPv4Network(str(_block(values, "nets").get(name)))
    except ValueError:
        return None
    if network.prefixlen > 30 or (host is not None and not is_host(network, host)):
        return None
    gateway = None if host is None else network.network_address + host
    probe = IPv4Interface((network.broadcast_address - 1, network.prefixlen)) if gateway else None
    return Segment(name, str(vlan.get("usage")), vid, network, gateway, probe)


def _machine(
    name: str,
    block: Mapping[str, Value],
    devices: Mapping[str, Value],
    segments: Mapping[str, Segment],
) -> Machine:
    given = block.get("lan") or block.get("adresse")
    mac = ""
    for reservation in _reservations(devices):
        if reservation.get("nom") == block["nom"]:
            given, mac = reservation.get("adresse"), str(reservation.get("mac"))
    card = _card(given, segments, mac)
    cards = {} if card is None else {"lan0" if "lan" in block else "eth0": card}
    return Machine(NodeName(name), "", str(block["nom"]), NodeState.TO_CONFIGURE, cards)


def _reservations(devices: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    return _blocks(_block(_block(devices, "routeur"), "dhcp").get("reservations"))


def _card(given: Value, segments: Mapping[str, Segment], mac: str) -> Card | None:
    if not isinstance(given, Mapping):
        return None
    segment, host = segments.get(str(given.get("vlan"))), given.get("host")
    if segment is None or segment.network is None or type(host) is not int:
        return None
    if not is_host(segment.network, host):
        return None
    address: IPv4Address = segment.network.network_address + host
    return Card(segment.name, IPv4Interface((address, segment.network.prefixlen)), mac)


def _block(tree: Mapping[str, Value], key: str) -> Mapping[str, Value]:
    found = tree.get(key)
    return found if isinstance(found, Mapping) else _NOTHING


def _blocks(value: Value) -> Iterator[Mapping[str, Value]]:
    for item in value if isinstance(value, tuple) else ():
        if isinstance(item, Mapping) and isinstance(item.get("nom"), str):
            yield item

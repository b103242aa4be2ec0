"""What a bench is made of: networks, machines, and the cables between them.

A topology is a value that names no exam: a cahier says which machines there are. The engine's own
machines, its nodes and its links are made of it by ``labctl.plan.placement``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from labctl.core.ids import NodeName

HOST = NodeName("hote")
INTERNET = NodeName("internet")
PLACED = (HOST, INTERNET)
"""Names by which cables refer to what the engine places: the room's host, and the upstream."""


def is_host(network: IPv4Network, host: int) -> bool:
    """Tell whether a number is that of a host: neither the network, nor the broadcast address."""
    return 0 < host < network.num_addresses - 1


def usable(network: IPv4Network) -> str:
    """Return the host numbers of a network, as a reader writes them."""
    return f"1–{network.num_addresses - 2}"


def address_of(network: IPv4Network | None, host: int | None) -> IPv4Interface | None:
    """Return the address of a host number, None when it is not that of a host of the network."""
    if network is None or host is None or not is_host(network, host):
        return None
    return IPv4Interface((network.network_address + host, network.prefixlen))


def probe_address(network: IPv4Network) -> IPv4Interface:
    """Return the address of labctl's probe in a network: its last usable host."""
    return IPv4Interface((network.broadcast_address - 1, network.prefixlen))


def probe_name(segment: str) -> NodeName:
    """Return the name of labctl's probe in a segment (``WAN`` is one)."""
    return NodeName(f"sonde_{segment.lower()}")


class NodeState(StrEnum):
    """Who makes the machine what it is."""

    EXISTING = "existant"  # labctl builds and configures it
    TO_CONFIGURE = "a_configurer"  # as from the factory; the candidate's work
    SHARED = "partagee_salle"  # labctl builds it, the candidate only connects it
    OBSERVER = "observateur"  # labctl's own: probes and the jury's vantage; no part of the subject


class Medium(StrEnum):
    """What joins two cards."""

    COPPER = "cuivre"
    RADIO = "radio"


@dataclass(frozen=True, slots=True)
class Segment:
    """A network of the bench, with a VLAN number unless it is flat (0).

    ``network`` is None for one without IP, where unused ports are put.
    ``probe`` is the address of labctl's probe in it: the last usable one, never handed out.
    """

    name: str
    usage: str
    vid: int
    network: IPv4Network | None
    gateway: IPv4Address | None
    probe: IPv4Interface | None


@dataclass(frozen=True, slots=True)
class End:
    """One end of a cable: a machine and the name of its card (or of the switch port)."""

    node: NodeName
    interface: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the cahier says of a card; ``mac`` is that of a real one, when there is one."""

    segment: str = ""
    address: IPv4Interface | None = None
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of the cahier; ``kind`` names its folder under vm_templates/."""

    name: NodeName
    kind: str
    hostname: str
    state: NodeState
    cards: Mapping[str, Card]  # all those of its kind, in the order of their numbers
    numbered: str = ""  # what its numbered cards are called: ``gi{n}``


@dataclass(frozen=True, slots=True)
class Cable:
    """What joins two machines, and the segments it carries.

    An access cable carries ``untagged`` only. ``tagged`` lists what a trunk carries, the segment
    that it carries without a tag included. An end at the room's host or at the upstream has no
    port: the engine numbers those. The host carries ``guests`` behind this cable.
    """

    name: str
    a: End
    b: End
    untagged: str = ""
    tagged: tuple[str, ...] = ()
    medium: Medium = Medium.COPPER
    guests: tuple[NodeName, ...] = ()
    label: str = ""

    @property
    def carried(self) -> tuple[str, ...]:
        """Return the segments it carries."""
        return self.tagged or (self.untagged,)


@dataclass(frozen=True, slots=True)
class Topology:
    """The networks, machines and cables of a cahier, in its order."""

    segments: Mapping[str, Segment]
    machines: Mapping[NodeName, Machine]
    cables: tuple[Cable, ...]

"""The plan of one bench: every machine, cable, address and expected value, resolved.

A plan is a value: plain frozen dataclasses, no defaults hidden elsewhere, no behaviour beyond
look-ups. ``labctl.plan.document`` writes and reads it as ``plan.json``. Checks read what they
expect from it; providers read what to build; probes read whom to ask.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, TypeVar, cast

from labctl.core.ids import BenchId, NodeName
from labctl.plan.path import find_path
from labctl.spec.demand import Demand
from labctl.spec.observed import Unread
from labctl.spec.topology import End, Medium, NodeState, Segment, probe_name

D = TypeVar("D", bound=Demand)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Interface:
    """One network card; ``address`` is what labctl configures, or what the subject asks."""

    name: str
    mac: str
    segment: str = ""
    address: IPv4Interface | None = None
    gateway: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """A numbered port of a device, and the segments of the cable that is plugged in it.

    ``name`` is what the device calls it (``Gi1/0/5``), ``card`` what its end of the
    cable is called (``gi5``), ``cable`` the name of the cable, empty when there is none.
    """

    name: str
    card: str
    number: int
    cable: str = ""
    untagged: str = ""
    tagged: tuple[str, ...] = ()
    label: str = ""  # stuck on the cable


@dataclass(frozen=True, slots=True)
class Bridge:
    """One virtual switch of the room's host, at the end of one of its cables.

    ``ports`` gives the VLAN of each machine plugged in it, which receives it without a tag;
    ``native_vid`` is the one the cable carries without a tag. 0 is no VLAN: what has no tag.
    """

    name: str
    trunk: str
    native_vid: int
    ports: dict[str, int]


@dataclass(frozen=True, slots=True)
class Node:
    """One machine of the bench; ``kind`` names its folder under vm_templates/.

    ``management`` is its address on ``Management.network``, the network the candidate does not
    configure, on an interface always called ``mgmt0``. The room's host alone has ``bridges``.

    The rest is what its kind says of it (``labctl.plan.kinds``): the ways it is spoken to, what a
    room calls it where a candidate sits at it, whether it imitates a product, what its start
    program is told, the names and addresses of its certificate beside its own, and what its domain
    layer is provisioned with.
    """

    name: NodeName
    kind: str
    hostname: str
    state: NodeState
    management: IPv4Interface
    interfaces: tuple[Interface, ...]
    bridges: tuple[Bridge, ...] = ()
    ports: tuple[Port, ...] = ()
    faces: tuple[str, ...] = ()
    desk: str = ""
    is_simulated: bool = False
    parameters: dict[str, object] = field(default_factory=dict)
    certificate_names: tuple[str, ...] = ()
    layer: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A cable between two cards, and the segments it carries.

    One that carries a single segment carries it ``untagged``; a trunk lists what it carries in
    ``tagged``, the segment it carries without a tag included.
    """

    a: End
    b: End
    medium: Medium = Medium.COPPER
    untagged: str = ""
    tagged: tuple[str, ...] = ()

    @property
    def carried(self) -> tuple[str, ...]:
        """Return the segments it carries."""
        return self.tagged or (self.untagged,)


@dataclass(frozen=True, slots=True)
class Internet:
    """The upstream that labctl stands in for: documentation addresses (RFC 5737)."""

    node: NodeName
    wan: IPv4Network  # where the router gets its WAN address by DHCP
    gateway: IPv4Interface  # the upstream's own address on the WAN
    probe: IPv4Interface  # labctl's probe on the WAN
    canary: IPv4Address  # web pages that log who asks
    dns: IPv4Address  # public resolver
    canary_name: str  # a public name it resolves to the canary


@dataclass(frozen=True, slots=True)
class Management:
    """The network of the jury's vantage (RFC 2544 addresses), which the candidate leaves alone."""

    network: IPv4Network
    vantage: NodeName
    account: str  # labctl-audit


@dataclass(frozen=True, slots=True)
class Hosting:
    """The host of a bench, where the room names one; ``own`` is what its provider needs to know."""

    name: str
    access: str = ""  # ssh address of the host, empty when it is this machine
    command: str = "labctl"  # what is run there
    patience: float = 1.0  # times its usual time that a machine may take there
    own: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedLot:
    """One part of the candidate's work: what it asks for, and in which phase of the exam (1, 2…).

    ``topics`` are keys of ``Plan.demands``, ``competencies`` those of the référentiel.
    """

    id: str
    title: str
    minutes: int
    competencies: tuple[int | str, ...]
    topics: tuple[str, ...]
    exam_phase: int = 1


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the candidate finds working: topics, and the machines of which nothing else is asked."""

    topics: tuple[str, ...] = ()
    machines: tuple[NodeName, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One bench, entirely resolved; ``hosting`` is None where the room names no host."""

    cahier: str
    title: str
    referential: str
    variant: str
    bench: BenchId
    room: str
    provider: str
    hosting: Hosting | None
    company: str
    town: str
    domain: str  # what machines are called in: that of a domain controller, else a reserved one
    nodes: dict[NodeName, Node]
    links: tuple[Link, ...]
    segments: dict[str, Segment]
    management: Management
    internet: Internet
    demands: dict[str, object]  # of the route, by topic, as ``Demand.write`` makes them
    unread: tuple[Unread, ...]  # what the cahier asks of the candidate and no check reads
    route: str  # a name of the référentiel
    lots: tuple[PlannedLot, ...]  # of the route, in order
    delivered: Delivered

    _known: dict[Hashable, Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # what was computed of it already: every check asks for its demands and its ways

    def once(self, name: Hashable, compute: Callable[[], T]) -> T:
        """Return what is computed of a plan, the first time that it is asked for by this name."""
        if name not in self._known:
            self._known[name] = compute()
        return cast("T", self._known[name])

    def demand(self, cls: type[D]) -> D:
        """Return what a topic asks for; KeyError when the cahier does not name it."""
        return self.once(cls, lambda: cls.read_back(self.demands[cls.topic]))

    def find(self, cls: type[D]) -> D | None:
        """Return what a topic asks for, None when the cahier does not name it."""
        return self.demand(cls) if cls.topic in self.demands else None

    @property
    def patience(self) -> float:
        """Return how many times its usual time a machine may take to do or to answer something."""
        return self.hosting.patience if self.hosting else 1.0

    @property
    def desks(self) -> tuple[Node, ...]:
        """Return the machines that a candidate sits at, in the order of the cahier."""
        return tuple(node for node in self.nodes.values() if node.desk)

    @property
    def is_simulated(self) -> bool:
        """Tell whether a machine of the bench imitates a product."""
        return any(node.is_simulated for node in self.nodes.values())

    def probe_node(self, segment: str) -> NodeName:
        """Return the name of labctl's probe in a segment (``WAN`` is one)."""
        return probe_name(segment)

    def between(self, start: NodeName, goal: NodeName) -> tuple[NodeName, ...]:
        """Return the machines on the shortest way to another one: the first left out, that one not.

        KeyError when no cable leads there.
        """
        return self.once((start, goal), lambda: self._find_way(start, goal))

    def _find_way(self, start: NodeName, goal: NodeName) -> tuple[NodeName, ...]:
        ports = ((node.name, bridge) for node in self.nodes.values() for bridge in node.bridges)
        parts = {
            End(node, port): bridge.name
            for node, bridge in ports
            for port in (bridge.trunk, *bridge.ports)
        }
        cables = [(link.a, link.b) for link in self.links]
        return find_path(cables, parts, start, goal)[1:]

    def from_probes(self, goal: NodeName) -> tuple[NodeName, ...]:
        """Return the machines between labctl's probes in the segments and a machine, included."""
        probes = (self.probe_node(name) for name, one in self.segments.items() if one.probe)
        return self.from_each(probes, goal)

    def from_each(self, starts: Iterable[NodeName], goal: NodeName) -> tuple[NodeName, ...]:
        """Return the machines between each of several and another one, that one included."""
        found = (node for start in starts for node in self.between(start, goal))
        return tuple(dict.fromkeys(found))

    def address_of(self, node: NodeName) -> IPv4Address:
        """Return the first address that the cahier gives a machine; KeyError when it gives none."""
        return self._find_address(node)[0]

    def segment_of(self, node: NodeName) -> str:
        """Return the segment of the first address of a machine; KeyError when it has none."""
        return self._find_address(node)[1]

    def _find_address(self, node: NodeName) -> tuple[IPv4Address, str]:
        for card in self.nodes[node].interfaces:
            if card.address is not None:
                return card.address.ip, card.segment
        raise KeyError(node)

    def network_of(self, segment: str) -> IPv4Network:
        """Return the network of a segment that has one; KeyError otherwise."""
        network = self.segments[segment].network
        if network is None:
            raise KeyError(segment)
        return network

"""What stands where in a picture: rows by distance from the upstream, no two things overlap."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from labctl.core.ids import NodeName
from labctl.plan.model import Link, Node, Plan
from labctl.spec.kind import list_cards, load_kind
from labctl.spec.topology import HOST, INTERNET, End, probe_name

BOX = (158.0, 112.0)
GAP = 16.0
ASIDE = 70.0
"""Between the upstream and labctl's probe beside it."""
PORT = 36.0
STRIP = 126.0
"""Height of a machine that shows its ports, one row of them included."""
PILL = 190.0
"""Width of an address on a machine that shows its ports."""
BUS, BOXES, BELOW = 18.0, 52.0, 34.0
"""In a frame: down to the bus, down to the boxes, and what is left below them."""

Name = tuple[NodeName, str]
"""A machine, or the room's host and one of its virtual switches."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port that is shown: its card, and what is written on it."""

    card: str
    label: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that is drawn: a machine, or a virtual switch of the host and what it holds.

    ``plugs`` are the cables inside such a frame. ``beside`` is a machine drawn next to it.
    """

    name: Name
    node: Node
    ports: tuple[Port, ...] = ()
    plugs: tuple[Link, ...] = ()
    beside: Node | None = None
    has_ports_above: bool = False
    left: float = 0.0
    width: float = BOX[0]

    @property
    def height(self) -> float:
        """Return its height."""
        if self.plugs:
            return BOXES + BOX[1] + BELOW
        if self.ports:
            return STRIP + (PORT if self.has_ports_above else 0)
        return BOX[1]

    @property
    def least_width(self) -> float:
        """Return the width below which something of it would be cut or overlap."""
        if self.plugs:
            words = 250 + 8 * len(self.name[1])
            return max(len(self.plugs) * (BOX[0] + GAP) + GAP, words)
        if self.ports:
            pills = 1 + sum(card.address is not None for card in self.node.interfaces)
            title = 2 * BOX[0] + len(self.node.hostname) * 10
            return max(len(self.ports) * (PORT + 12), title, pills * PILL)
        return BOX[0] + (ASIDE + BOX[0] if self.beside else 0)

    @property
    def is_wide(self) -> bool:
        """Tell whether it takes all the width of what hangs from it."""
        return bool(self.ports or self.plugs)

    @property
    def centre(self) -> float:
        """Return its middle: that of the machine itself."""
        return self.left + (self.width if self.is_wide else BOX[0]) / 2

    def port_x(self, card: str) -> float:
        """Return the middle of a port; that of the machine when it shows none."""
        names = [port.card for port in self.ports]
        if card not in names:
            return self.centre
        return self.left + self.width / len(names) * (names.index(card) + 0.5)

    def box_left(self, rank: int) -> float:
        """Return where a machine of a frame starts."""
        row = len(self.plugs) * (BOX[0] + GAP) - GAP
        return self.centre - row / 2 + rank * (BOX[0] + GAP)


@dataclass(frozen=True, slots=True)
class Edge:
    """A cable between two units; the first is as near to the upstream as the other, or nearer."""

    link: Link
    upper: Name
    upper_card: str
    lower: Name
    lower_card: str

    def turned(self) -> "Edge":
        """Return it with its ends exchanged."""
        return Edge(self.link, self.lower, self.lower_card, self.upper, self.upper_card)


@dataclass(frozen=True, slots=True)
class Layout:
    """The units by name, by row, and the cables between them."""

    units: Mapping[Name, Unit]
    rows: tuple[tuple[Name, ...], ...]
    edges: tuple[Edge, ...]
    width: float


def lay_out(plan: Plan) -> Layout:
    """Return the rows of a picture, each from left to right."""
    units = {unit.name: unit for unit in _list_units(plan)}
    edges = tuple(_list_edges(plan, units))
    depth, tree = _search(units, edges)
    edges = tuple(e if depth[e.upper] <= depth[e.lower] else e.turned() for e in edges)
    for edge in edges:
        if depth[edge.upper] < depth[edge.lower]:
            units[edge.lower] = replace(units[edge.lower], has_ports_above=True)
    below = {name for names in tree.values() for name in names}
    left = 0.0
    for root in (name for name in units if name not in below):
        left += _place(root, left, units, tree, edges) + 2 * GAP
    rows: list[list[Name]] = [[] for _row in range(max(depth.values(), default=0) + 1)]
    for name in sorted(units, key=lambda each: units[each].left):
        rows[depth[name]].append(name)
    return Layout(units, tuple(map(tuple, rows)), edges, left - 2 * GAP)


def _list_units(plan: Plan) -> Iterator[Unit]:
    """Yield what is drawn, in the order of the plan; the jury apart."""
    cables = {end: link for link in plan.links for end in (link.a, link.b)}
    held: set[NodeName] = {HOST, probe_name("WAN"), plan.management.vantage}
    for node in plan.nodes.values():
        for bridge in node.bridges:
            links = tuple(cables[End(node.name, port)] for port in bridge.ports)
            held |= {end.node for link in links for end in (link.a, link.b)}
            yield Unit((node.name, bridge.name), node, plugs=links)
    for node in plan.nodes.values():
        if node.name not in held:
            beside = plan.nodes.get(probe_name("WAN")) if node.name == INTERNET else None
            yield Unit((node.name, ""), node, ports=_list_ports(node, cables), beside=beside)


def _list_ports(node: Node, cables: Collection[End]) -> tuple[Port, ...]:
    """Return the ports of a machine whose kind numbers them, its named cards first.

    A named card without a cable is no socket: a bridge, a radio.
    """
    kind = load_kind(node.kind)
    if not kind.ports:
        return ()
    named = tuple(Port(card, card) for card in kind.cards if End(node.name, card) in cables)
    numbered = list_cards(kind)[len(kind.cards) :]
    return named + tuple(Port(card, str(rank)) for rank, card in enumerate(numbered, start=1))


def _list_edges(plan: Plan, units: Mapping[Name, Unit]) -> Iterator[Edge]:
    trunks = {
        End(node.name, bridge.trunk): (node.name, bridge.name)
        for node in plan.nodes.values()
        for bridge in node.bridges
    }
    for link in plan.links:
        a, b = (trunks.get(end, (end.node, "")) for end in (link.a, link.b))
        if a in units and b in units:
            yield Edge(link, a, link.a.interface, b, link.b.interface)


def _search(
    units: Mapping[Name, Unit], edges: tuple[Edge, ...]
) -> tuple[dict[Name, int], dict[Name, list[Name]]]:
    """Return how far each unit is from the upstream, and what hangs from what, port by port.

    Without an upstream, from the machine that has most cables.
    """
    near: dict[Name, list[tuple[str, Name]]] = {name: [] for name in units}
    for edge in (*edges, *(edge.turned() for edge in edges)):
        near[edge.upper].append((edge.upper_card, edge.lower))
    depth: dict[Name, int] = {}
    tree: dict[Name, list[Name]] = {name: [] for name in units}
    for root in sorted(units, key=lambda name: (name[0] != INTERNET, -len(near[name]))):
        if root in depth:
            continue
        depth[root], queue = 0, [root]
        for name in queue:
            for _card, other in sorted(near[name], key=lambda item: _rank(units[name], item[0])):
                if other not in depth:
                    depth[other] = depth[name] + 1
                    tree[name].append(other)
                    queue.append(other)
    return depth, tree


def _rank(unit: Unit, card: str) -> int:
    """Return the number of a card in its machine."""
    names = [each.name for each in unit.node.interfaces]
    return names.index(card) if card in names else 0


def _place(
    name: Name,
    left: float,
    units: dict[Name, Unit],
    tree: Mapping[Name, list[Name]],
    edges: tuple[Edge, ...],
) -> float:
    """Give a place to a unit and to what hangs from it, from this point on; return their width."""
    start = left
    for child in tree[name]:
        start += _place(child, start, units, tree, edges) + 2 * GAP
    unit = units[name]
    children = start - left - 2 * GAP if tree[name] else 0.0
    span = max(unit.least_width, children)
    _shift(name, (span - children) / 2, units, tree)
    if unit.is_wide:
        units[name] = replace(unit, left=left, width=span)
        return span
    mine = (edge for edge in edges if edge.upper == name and edge.lower in tree[name])
    wanted = [units[edge.lower].port_x(edge.lower_card) for edge in mine]
    middle = sum(wanted) / len(wanted) if wanted else left + unit.least_width / 2
    at = min(max(middle - BOX[0] / 2, left), left + span - unit.least_width)
    units[name] = replace(unit, left=at, width=unit.least_width)
    return span


def _shift(name: Name, by: float, units: dict[Name, Unit], tree: Mapping[Name, list[Name]]) -> None:
    """Move all that hangs from a unit to the right."""
    for child in tree[name]:
        units[child] = replace(units[child], left=units[child].left + by)
        _shift(child, by, units, tree)

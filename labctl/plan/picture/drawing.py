"""The topology of a bench as an SVG picture, drawn to be read on one landscape page."""

from collections.abc import Iterator
from itertools import pairwise

from labctl.core.i18n import _
from labctl.plan.model import Node, Plan
from labctl.plan.picture import legend, svg
from labctl.plan.picture.cables import Cable, find_cables
from labctl.plan.picture.candidate import call_kind, is_for_candidate
from labctl.plan.picture.layout import BOX, BOXES, BUS, GAP, PORT, Unit, lay_out
from labctl.plan.picture.legend import RADIO, draw_trunk
from labctl.plan.picture.machine import FILLS, draw_machine
from labctl.plan.picture.palette import OUTSIDE, Palette
from labctl.plan.picture.words import describe_box, describe_strip, label_of
from labctl.plan.wording import name_kind
from labctl.plan.words import list_notes
from labctl.spec.kind import load_kind
from labctl.spec.topology import End, Medium

MARGIN = 40.0
TOP_Y = 92.0
LEAST_WIDTH = legend.TABLE_WIDTH + 30
_UNUSED = ("#e5e7eb", "#9ca3af")


def render_svg(plan: Plan) -> str:
    """Return the picture of a bench."""
    page = _Page(plan)
    title = _("Banc %(bench)02d — %(company)s") % {"bench": plan.bench, "company": plan.company}
    shapes = [
        svg.rect((0, 0), (page.width, page.height), stroke="none", radius=0),
        *_head(plan, page.width, title),
        *page.draw(),
    ]
    return svg.document(page.width, page.height, title, shapes)


def _head(plan: Plan, width: float, title: str) -> Iterator[str]:
    yield svg.text((MARGIN, 44), svg.fit(title, width * 0.6, 25), size=25, bold=True)
    words = _("%(title)s · variante %(variant)s · domaine %(domain)s")
    if is_for_candidate(plan):  # the subject names the domain, where there is one
        words = _("%(title)s · variante %(variant)s")
    values = {"title": plan.title, "variant": plan.variant, "domain": plan.domain}
    told = svg.fit(words % values, width * 0.7, 13.5)
    yield svg.text((MARGIN, 68), told, size=13.5, colour=svg.SOFT)
    right = width - MARGIN
    said = _("Schéma physique et logique du réseau")
    yield svg.text((right, 44), said, size=15, anchor="end", bold=True)
    if is_for_candidate(plan):
        return
    said = _("cahier %(cahier)s · salle %(room)s") % {"cahier": plan.cahier, "room": plan.room}
    yield svg.text((right, 68), said, size=12, anchor="end", colour=svg.SOFT)


class _Page:
    """What is drawn where on the page of one bench."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.name_kind = call_kind if is_for_candidate(plan) else name_kind
        self.notes = list_notes(plan)
        self.palette = Palette.of(plan)
        self.layout = lay_out(plan)
        first = max(_right(self.layout.units[name]) for name in self.layout.rows[0])
        inner = max(self.layout.width, first + 2 * GAP + BOX[0], LEAST_WIDTH)
        self.width = inner + 2 * MARGIN
        self.shift = MARGIN + (inner - max(self.layout.width, first + 2 * GAP + BOX[0])) / 2
        self.cables, self.tops, self.end = find_cables(self.layout, (self.shift, TOP_Y))
        self.legend_y = self.end + 24
        self.height = self.legend_y + legend.height(plan, inner) + 24

    def draw(self) -> Iterator[str]:
        """Draw the machines, the cables between them, the legend."""
        placed = [
            (unit, (self.shift + unit.left, self.tops[rank]))
            for rank, row in enumerate(self.layout.rows)
            for unit in (self.layout.units[name] for name in row)
        ]
        for unit, at in placed:
            if unit.ports:
                size = (unit.width, unit.height)
                yield svg.rect(at, size, fill=FILLS[unit.node.state], radius=10)
        for cable in self.cables:
            yield from self._cable(cable)
        for unit, at in placed:
            if unit.plugs:
                yield from self._frame(unit, at)
            elif unit.ports:
                yield from self._strip(unit, at)
            else:
                yield from self._machine(unit, at)
        if not is_for_candidate(self.plan):
            yield from self._jury()
        at = (MARGIN, self.legend_y)
        yield from legend.draw_legend(self.plan, self.palette, at, self.width - 2 * MARGIN)

    def _cable(self, cable: Cable) -> Iterator[str]:
        link, points = cable.edge.link, list(cable.points)
        colours = self.palette.link(link)
        if link.tagged:
            yield from draw_trunk(points, colours)
        else:
            dash = RADIO if link.medium is Medium.RADIO else ""
            yield svg.polyline(points, colours[0], width=4, dash=dash)
        units = self.layout.units
        first, last = points[0], points[-1]
        for name, end, (x, y) in (
            (cable.edge.upper, cable.edge.upper_card, (first[0], cable.below + 18)),
            (cable.edge.lower, cable.edge.lower_card, (last[0], cable.above - 8)),
        ):
            words = label_of(self.plan, units[name], End(name[0], end))
            yield svg.text((x + 8, y), words, size=11.5) if words else ""

    def _machine(self, unit: Unit, at: svg.Point) -> Iterator[str]:
        colour = self.palette.segment(_segment(unit))
        yield from self._box(unit.node, at, colour, describe_box(self.plan, unit.node, self.notes))
        if unit.beside:
            left, middle = at[0] + unit.width - BOX[0], at[1] + BOX[1] / 2
            line = [(at[0] + BOX[0], middle), (left, middle)]
            yield svg.polyline(line, svg.SOFT, width=2, dash="5 4")
            words = describe_box(self.plan, unit.beside, self.notes)
            yield from self._box(unit.beside, (left, at[1]), OUTSIDE, words)

    def _box(self, node: Node, at: svg.Point, colour: str, lines: tuple[str, ...]) -> Iterator[str]:
        return draw_machine(node, at, colour, (self.name_kind(node), *lines))

    def _jury(self) -> Iterator[str]:
        node = self.plan.nodes[self.plan.management.vantage]
        at = (self.width - MARGIN - BOX[0], self.tops[0])
        yield from self._box(node, at, OUTSIDE, (str(node.management), _("réseau de gestion")))

    def _strip(self, unit: Unit, at: svg.Point) -> Iterator[str]:
        """Draw a machine that shows its ports."""
        top = at[1] + (PORT if unit.has_ports_above else 0)
        node = unit.node
        drawing = load_kind(node.kind).symbol
        if drawing:
            yield svg.symbol((at[0] + 20, top + 10), drawing)
        title = f"{node.hostname} · {self.name_kind(node)}"
        yield svg.text((at[0] + 58, top + 29), title, size=15, bold=True)
        aside, pills = describe_strip(self.plan, node, self.notes)
        room = unit.width - 40
        if aside and len(title) * 9.5 + len(aside) * 7 + 90 < room:
            end = (at[0] + unit.width - 20, top + 29)
            yield svg.text(end, aside, size=12, anchor="end", colour=svg.SOFT)
        width = min(250.0, room / max(len(pills), 1) - 10)
        for rank, (segment, words) in enumerate(pills):
            x = at[0] + 20 + rank * (width + 10)
            colour = self.palette.segment(segment)
            yield svg.rect((x, top + 42), (width, 24), fill=svg.PAPER, stroke=colour, radius=12)
            told = svg.fit(words, width - 12, 11.5)
            yield svg.text((x + width / 2, top + 58), told, size=11.5, anchor="middle")
        yield from self._ports(unit, at)

    def _ports(self, unit: Unit, at: svg.Point) -> Iterator[str]:
        above = {edge.lower_card for edge in self.layout.edges if self._is_above(edge.upper, unit)}
        carried = {
            end.interface: self.palette.link(link)
            for link in self.plan.links
            for end in (link.a, link.b)
            if end.node == unit.node.name
        }
        for port in unit.ports:
            x = self.shift + unit.port_x(port.card) - PORT / 2
            y = at[1] + (10 if port.card in above else unit.height - PORT - 10)
            yield from _port((x, y), port.label, carried.get(port.card, []))

    def _is_above(self, name: object, unit: Unit) -> bool:
        rows = self.layout.rows
        pairs = (pair for pair in pairwise(rows) if unit.name in pair[1])
        return any(name in upper for upper, _lower in pairs)

    def _frame(self, unit: Unit, at: svg.Point) -> Iterator[str]:
        """Draw a virtual switch of the host, and the machines plugged in it."""
        left, top = at
        size = (unit.width, unit.height)
        yield svg.rect(at, size, fill="none", stroke="#94a3b8", radius=10)
        host = self.name_kind(self.plan.nodes[unit.name[0]])
        said = _("%(host)s · commutateur virtuel « %(name)s »")
        said %= {"host": host, "name": unit.name[1]}
        foot = top + unit.height - 12
        yield svg.text((left + 16, foot), said, size=11.5, colour=svg.SOFT)
        trunk = next((e.link for e in self.layout.edges if unit.name in (e.upper, e.lower)), None)
        native = self.plan.segments.get(trunk.untagged) if trunk and trunk.tagged else None
        if native is not None and len(unit.plugs) > 1:
            said = _("natif : %(name)s (%(vid)d)") % {"name": native.name, "vid": native.vid}
            end = (left + unit.width - 16, foot)
            yield svg.text(end, said, size=11.5, anchor="end", colour=svg.SOFT)
        bar = [(left + GAP, top + BUS), (left + unit.width - GAP, top + BUS)]
        yield svg.polyline(bar, svg.INK, width=5)
        for rank, link in enumerate(unit.plugs):
            node = self.plan.nodes[link.b.node]
            x = self.shift + unit.box_left(rank)
            colour = self.palette.segment(link.untagged)
            middle = x + BOX[0] / 2
            yield svg.polyline([(middle, top + BUS), (middle, top + BOXES)], colour, width=4)
            place = (middle + 8, top + BUS + 22)
            yield svg.text(place, link.untagged, size=10.5, colour=colour)
            words = describe_box(self.plan, node, self.notes)
            yield from self._box(node, (x, top + BOXES), colour, words)


def _right(unit: Unit) -> float:
    return unit.left + unit.width


def _segment(unit: Unit) -> str:
    """Return the segment whose colour a machine has: that of its only one."""
    found = {card.segment for card in unit.node.interfaces if card.segment}
    return found.pop() if len(found) == 1 and len(unit.node.interfaces) == 1 else ""


def _port(at: svg.Point, label: str, colours: list[str]) -> Iterator[str]:
    """Draw a port, in the colours of what its cable carries; grey without one."""
    size = 14 if len(label) < 3 else 9.5
    place = (at[0] + PORT / 2, at[1] + PORT / 2 + size / 3)
    if not colours:
        fill, ink = _UNUSED
        yield svg.rect(at, (PORT, PORT), fill=fill, stroke=ink, radius=4)
        yield svg.text(place, label, size=size, anchor="middle", colour=ink, bold=True)
        return
    band = PORT / len(colours)
    for rank, colour in enumerate(colours):
        corner = (at[0] + band * rank, at[1])
        yield svg.rect(corner, (band, PORT), fill=colour, stroke="none", radius=0)
    yield svg.rect(at, (PORT, PORT), fill="none", radius=4)
    yield svg.text(place, label, size=size, anchor="middle", bold=True)

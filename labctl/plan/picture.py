"""The topology of a bench as an SVG picture, drawn to be read on one landscape page."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.core.i18n import _
from labctl.plan import legend, svg
from labctl.plan.legend import draw_trunk
from labctl.plan.machine import BOX, draw_machine
from labctl.plan.model import Link, Node, Plan, PortMode, SwitchPort
from labctl.plan.palette import OUTSIDE, Palette
from labctl.plan.svg import Point
from labctl.plan.wording import describe_address, name_kind
from labctl.spec.kind import load_kind

MARGIN = 40.0
GAP = 16.0
TOP_Y = 92.0
SWITCH_Y = 246.0
SWITCH_HEIGHT = 146.0
SWITCH_END = SWITCH_Y + SWITCH_HEIGHT
PORT = 36.0
TURN_Y = SWITCH_END + 30
HOST_Y = 512.0
BUS_Y = HOST_Y + 18
BOX_Y = BUS_Y + 34
HOST_END = BOX_Y + BOX[1] + 34
LEGEND_Y = HOST_END + 30


@dataclass(frozen=True, slots=True)
class Group:
    """What hangs from one port of the switch: a machine, or machines behind a trunk."""

    port: SwitchPort
    links: tuple[Link, ...]  # to the machines, left to right
    left: float

    @property
    def is_trunk(self) -> bool:
        """Tell whether the cable carries several VLANs."""
        return self.port.mode is PortMode.TRUNK

    @property
    def width(self) -> float:
        """Return the width it takes."""
        padding = 2 * GAP if self.is_trunk else 0
        return len(self.links) * (BOX[0] + GAP) - GAP + padding

    @property
    def centre(self) -> float:
        """Return the middle."""
        return self.left + self.width / 2

    def box_left(self, rank: int) -> float:
        """Return where a machine starts."""
        return self.left + (GAP if self.is_trunk else 0) + rank * (BOX[0] + GAP)


def render_svg(plan: Plan) -> str:
    """Return the picture of a bench."""
    palette = Palette.of(plan)
    groups = _arrange(plan)
    width = groups[-1].left + groups[-1].width + MARGIN
    height = LEGEND_Y + legend.height(plan) + 24
    title = _("Banc %(bench)02d — %(company)s") % {"bench": plan.bench, "company": plan.company}
    shapes = [
        svg.rect((0, 0), (width, height), stroke="none", radius=0),
        *_head(plan, width, title),
        *_switch_box(width),
        *_upstream(plan, palette, width),
        *_cables(plan, palette, groups, width),
        *_ports(plan, palette, width),
        *_switch_words(plan, palette, width),
    ]
    for group in groups:
        shapes += _machines(plan, palette, group)
    shapes += legend.draw_legend(plan, palette, (MARGIN, LEGEND_Y), width - 2 * MARGIN)
    return svg.document(width, height, title, shapes)


def _arrange(plan: Plan) -> list[Group]:
    """Return what hangs from the switch, in the order of its ports: no two cables cross."""
    groups: list[Group] = []
    left = MARGIN
    for port in plan.switch.ports:
        links = _links_below(plan, port)
        if links:
            groups.append(Group(port, links, left))
            left += groups[-1].width + 2 * GAP
    return groups


def _links_below(plan: Plan, port: SwitchPort) -> tuple[Link, ...]:
    if port.mode is PortMode.TRUNK:
        bridges = (bridge for node in plan.nodes.values() for bridge in node.bridges)
        plugged = {name for bridge in bridges if bridge.name == port.key for name in bridge.ports}
        return tuple(link for link in plan.links if link.a.interface in plugged)
    end = (plan.switch.node, f"gi{port.number}")
    here = (link for link in plan.links if (link.a.node, link.a.interface) == end)
    return tuple(link for link in here if link.b.node != plan.router.node)


def _head(plan: Plan, width: float, title: str) -> Iterator[str]:
    yield svg.text((MARGIN, 44), svg.fit(title, width * 0.6, 25), size=25, bold=True)
    words = _("%(title)s · variante %(variant)s · domaine %(domain)s")
    values = {"title": plan.title, "variant": plan.variant, "domain": plan.directory.domain}
    told = svg.fit(words % values, width * 0.7, 13.5)
    yield svg.text((MARGIN, 68), told, size=13.5, colour=svg.SOFT)
    right = width - MARGIN
    said = _("Schéma physique et logique du réseau")
    yield svg.text((right, 44), said, size=15, anchor="end", bold=True)
    said = _("cahier %(cahier)s · salle %(room)s") % {"cahier": plan.cahier, "room": plan.room}
    yield svg.text((right, 68), said, size=12, anchor="end", colour=svg.SOFT)


def _port_x(plan: Plan, number: int, width: float) -> float:
    """Return the middle of a port of the switch."""
    step = (width - 2 * MARGIN) / len(plan.switch.ports)
    return MARGIN + step * (number - 0.5)


def _upstream(plan: Plan, palette: Palette, width: float) -> Iterator[str]:
    """Draw the router above its port, the Internet beside it, the jury at the other end."""
    uplink = _uplink(plan)
    x = _port_x(plan, uplink.number, width)
    forward = 1 if x < width / 2 else -1
    router_x = min(max(x, MARGIN + BOX[0] / 2), width - MARGIN - BOX[0] / 2)
    drop = [(x, TOP_Y + BOX[1] - 20), (x, SWITCH_END - PORT)]
    yield svg.polyline(drop, palette.vid(uplink.access_vid), width=4)
    yield from _label(uplink, (x, SWITCH_Y - 10))
    internet_x = router_x + forward * (BOX[0] + 130)
    probe_x = internet_x + forward * (BOX[0] + 70)
    middle = TOP_Y + BOX[1] / 2
    yield svg.polyline([(router_x, middle), (internet_x, middle)], OUTSIDE, width=4)
    yield svg.polyline([(internet_x, middle), (probe_x, middle)], svg.SOFT, width=2, dash="5 4")
    between = (router_x + internet_x) / 2
    yield svg.text((between, middle - 10), "WAN", size=11.5, anchor="middle", bold=True)
    network = str(plan.internet.wan)
    yield svg.text((between, middle + 20), network, size=11, anchor="middle", colour=svg.SOFT)
    jury_x = width - MARGIN - BOX[0] / 2 if forward > 0 else MARGIN + BOX[0] / 2
    for centre, node, lines in (
        (router_x, plan.nodes[plan.router.node], _router_words(plan)),
        (internet_x, plan.nodes[plan.internet.node], _internet_words(plan)),
        (probe_x, plan.nodes[plan.probe_node("WAN")], (str(plan.internet.probe),)),
        (jury_x, _jury(plan), (str(_jury(plan).management), _("réseau de gestion"))),
    ):
        yield from draw_machine(node, (centre - BOX[0] / 2, TOP_Y), OUTSIDE, lines)


def _jury(plan: Plan) -> Node:
    return plan.nodes[plan.management.vantage]


def _uplink(plan: Plan) -> SwitchPort:
    """Return the port the router is on."""
    names = {
        link.a.interface
        for link in plan.links
        if link.a.node == plan.switch.node and link.b.node == plan.router.node
    }
    return next(port for port in plan.switch.ports if f"gi{port.number}" in names)


def _router_words(plan: Plan) -> tuple[str, ...]:
    return (_("WAN par DHCP"), _("LAN %(address)s") % {"address": plan.router.lan})


def _internet_words(plan: Plan) -> tuple[str, ...]:
    return (
        _("DNS %(address)s") % {"address": plan.internet.dns},
        _("témoin %(address)s") % {"address": plan.internet.canary},
    )


def _switch_box(width: float) -> Iterator[str]:
    size = (width - 2 * MARGIN, SWITCH_HEIGHT)
    yield svg.rect((MARGIN, SWITCH_Y), size, fill="#fff7e0", radius=10)


def _switch_words(plan: Plan, palette: Palette, width: float) -> Iterator[str]:
    """Write the name of the switch and its routed interfaces."""
    title = f"{plan.switch.hostname} · {name_kind(plan.nodes[plan.switch.node])}"
    uplink_left = _port_x(plan, _uplink(plan).number, width) < width / 2
    left = MARGIN + 150 if uplink_left else MARGIN + 20
    yield svg.symbol(
        (left, SWITCH_Y + 10), load_kind(plan.nodes[plan.switch.node].role).symbol or ""
    )
    yield svg.text((left + 38, SWITCH_Y + 29), title, size=15, bold=True)
    route = _("route par défaut → %(hop)s") % {"hop": plan.switch.default_route}
    yield svg.text((left + 420, SWITCH_Y + 29), route, size=12, colour=svg.SOFT)
    pill = (min(250.0, (width - 2 * MARGIN - 190) / len(plan.switch.svis) - 10), 24.0)
    for rank, (name, address) in enumerate(plan.switch.svis.items()):
        x = left + rank * (pill[0] + 10)
        yield svg.rect(
            (x, SWITCH_Y + 46), pill, fill=svg.PAPER, stroke=palette.segment(name), radius=12
        )
        vid = plan.segments[name].vid
        words = f"{name} ({vid}) {address}"
        centre = (x + pill[0] / 2, SWITCH_Y + 62)
        told = svg.fit(words, pill[0] - 12, 11.5)
        yield svg.text(centre, told, size=11.5, anchor="middle")


def _ports(plan: Plan, palette: Palette, width: float) -> Iterator[str]:
    for port in plan.switch.ports:
        left = _port_x(plan, port.number, width) - PORT / 2
        top = SWITCH_END - PORT - 10
        if not port.enabled:
            yield svg.rect((left, top), (PORT, PORT), fill="#e5e7eb", stroke="#9ca3af", radius=4)
        else:
            vids = sorted(port.trunk_vids) or [port.access_vid]
            band = PORT / len(vids)
            for rank, vid in enumerate(vids):
                corner = (left + band * rank, top)
                fill = palette.vid(vid)
                yield svg.rect(corner, (band, PORT), fill=fill, stroke="none", radius=0)
            yield svg.rect((left, top), (PORT, PORT), fill="none", radius=4)
        colour = svg.INK if port.enabled else "#9ca3af"
        place = (left + PORT / 2, top + PORT / 2 + 5)
        yield svg.text(place, str(port.number), size=14, anchor="middle", colour=colour, bold=True)


def _cables(plan: Plan, palette: Palette, groups: list[Group], width: float) -> Iterator[str]:
    """Draw the cables below the switch; those that go right turn the lower the earlier."""
    for rank, group in enumerate(groups):
        x = _port_x(plan, group.port.number, width)
        level = len(groups) - 1 - rank if group.centre > x else rank
        turn = TURN_Y + 17 * level
        end = BUS_Y if group.is_trunk else BOX_Y
        points = [(x, SWITCH_END - 10), (x, turn), (group.centre, turn), (group.centre, end)]
        if group.is_trunk:
            colours = [palette.vid(vid) for vid in sorted(group.port.trunk_vids)]
            yield from draw_trunk(points, colours)
        else:
            yield svg.polyline(points, palette.vid(group.port.access_vid), width=4)
        yield from _label(group.port, (x, SWITCH_END + 18))


def _label(port: SwitchPort, at: Point) -> Iterator[str]:
    if port.description:
        yield svg.text((at[0] + 8, at[1]), port.description, size=11.5)


def _machines(plan: Plan, palette: Palette, group: Group) -> Iterator[str]:
    if group.is_trunk:
        yield from _host_frame(palette, group)
    for rank, link in enumerate(group.links):
        node = plan.nodes[link.b.node]
        card = node.interfaces[0]
        left = group.box_left(rank)
        if group.is_trunk:
            colour = palette.segment(link.untagged)
            middle = left + BOX[0] / 2
            yield svg.polyline([(middle, BUS_Y), (middle, BOX_Y)], colour, width=4)
            yield svg.text((middle + 8, BUS_Y + 22), link.untagged, size=10.5, colour=colour)
        lines = (describe_address(plan, node, card), *_more_words(plan, node))
        yield from draw_machine(node, (left, BOX_Y), palette.segment(card.segment), lines)


def _host_frame(palette: Palette, group: Group) -> Iterator[str]:
    size = (group.width, HOST_END - HOST_Y)
    yield svg.rect((group.left, HOST_Y), size, fill="none", stroke="#94a3b8", radius=10)
    said = _("PC hôte · commutateur virtuel « %(name)s »") % {"name": group.port.key}
    yield svg.text((group.left + 16, HOST_END - 12), said, size=11.5, colour=svg.SOFT)
    native = palette.names.get(group.port.access_vid, "?")
    said = _("natif : %(name)s (%(vid)d)") % {"name": native, "vid": group.port.access_vid}
    right = (group.left + group.width - 16, HOST_END - 12)
    yield svg.text(right, said, size=11.5, anchor="end", colour=svg.SOFT)
    bar = [(group.left + GAP, BUS_Y), (group.left + group.width - GAP, BUS_Y)]
    yield svg.polyline(bar, svg.INK, width=5)


def _more_words(plan: Plan, node: Node) -> tuple[str, ...]:
    """Return a second line for the machines that have something to say."""
    if node.name == plan.workstation.node:
        return (plan.workstation.user,)
    if node.name in (plan.access_point.node, plan.printer.node):
        return (node.interfaces[0].mac,)
    return ()

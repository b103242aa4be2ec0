"""The legend of the picture: what the colours, lines and boxes mean."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.plan import svg
from labctl.plan.machine import FILLS
from labctl.plan.model import Plan
from labctl.plan.palette import Palette
from labctl.plan.wording import STATES, or_dash
from labctl.spec.topology import NodeState

ROW = 22
_COLUMNS = (30.0, 142.0, 182.0, 312.0, 416.0, 636.0)
TABLE_WIDTH = 1030.0


def height(plan: Plan) -> float:
    """Return the height the legend takes."""
    return 62 + ROW * max(len(plan.segments), 6)


def draw_legend(plan: Plan, palette: Palette, at: svg.Point, width: float) -> Iterator[str]:
    """Draw the table of VLANs on the left, the signs on the right."""
    yield svg.rect(at, (width, height(plan)), fill="#fbfbfb", stroke="#cbd5e1")
    yield from _table(plan, palette, (at[0] + 14, at[1] + 26))
    yield from _signs(plan, palette, (at[0] + TABLE_WIDTH + 20, at[1] + 26))


def _table(plan: Plan, palette: Palette, at: svg.Point) -> Iterator[str]:
    left, top = at
    heads = (_("VLAN"), _("Id"), _("Réseau"), _("Passerelle"), _("Étendue DHCP"), _("Usage"))
    for column, head in zip(_COLUMNS, heads, strict=True):
        yield svg.text((left + column, top), head, size=11.5, bold=True, colour=svg.SOFT)
    scopes = {scope.segment: f"{scope.first} – {scope.last}" for scope in plan.router.scopes}
    for rank, segment in enumerate(plan.segments.values(), start=1):
        line = top + ROW * rank
        colour = palette.segment(segment.name)
        yield svg.rect((left, line - 12), (20, 14), fill=colour, stroke="none", radius=3)
        cells = (
            segment.name,
            str(segment.vid),
            or_dash(segment.network),
            or_dash(segment.gateway),
            scopes.get(segment.name, "—"),
            segment.usage,
        )
        for number, (column, words) in enumerate(zip(_COLUMNS, cells, strict=True)):
            room = (*_COLUMNS, TABLE_WIDTH)[number + 1] - column
            told = svg.fit(words, room, 12)
            yield svg.text((left + column, line), told, size=12, bold=number == 0)


def _signs(plan: Plan, palette: Palette, at: svg.Point) -> Iterator[str]:
    left, top = at
    yield svg.text((left, top), _("Légende"), size=11.5, bold=True, colour=svg.SOFT)
    vlans = [palette.segment(name) for name in list(plan.segments)[:3]]
    yield from draw_trunk([(left, top + 18), (left + 44, top + 18)], vlans)
    yield svg.text(
        (left + 56, top + 22), _("liaison agrégée (trunk) : ses VLAN étiquetés"), size=12
    )
    yield svg.polyline([(left, top + 40), (left + 44, top + 40)], vlans[0], width=4)
    yield svg.text((left + 56, top + 44), _("liaison d'accès : un VLAN"), size=12)
    for rank, state in enumerate((NodeState.TO_CONFIGURE, NodeState.EXISTING, NodeState.SHARED)):
        x = left + 150 * rank
        yield svg.rect((x, top + 56), (26, 16), fill=FILLS[state], radius=3)
        yield svg.text((x + 34, top + 69), _(STATES[state]), size=12)
    yield svg.rect((left, top + 80), (26, 16), stroke=svg.SOFT, dash="5 4", radius=3)
    yield svg.text(
        (left + 34, top + 93), _("sonde ou point de vue du jury, hors du sujet"), size=12
    )
    said = _("Ports Gi1/0/1 à Gi1/0/%(last)d ; grisé : désactivé")
    yield svg.text((left, top + 115), said % {"last": len(plan.switch.ports)}, size=12)
    said = _("Gestion : %(network)s, carte mgmt0 de chaque machine")
    yield svg.text((left, top + 137), said % {"network": plan.management.network}, size=12)


def draw_trunk(points: list[svg.Point], colours: list[str]) -> Iterator[str]:
    """Draw a cable that carries several VLANs: their colours in turn."""
    yield svg.polyline(points, svg.INK, width=9)
    dash = f"10 {10 * (len(colours) - 1)}" if len(colours) > 1 else ""
    for rank, colour in enumerate(colours):
        yield svg.polyline(points, colour, width=6, dash=dash, shift=-10 * rank)

"""The legend of the picture: what the colours, lines and boxes mean."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.plan.picture import svg
from labctl.plan.picture.candidate import is_for_candidate
from labctl.plan.picture.machine import FILLS
from labctl.plan.picture.palette import Palette
from labctl.plan.wording import STATES, or_dash
from labctl.plan.words import list_notes
from labctl.spec.topology import Medium, NodeState

ROW = 22
_COLUMNS = (30.0, 138.0, 186.0, 312.0, 416.0, 636.0)
TABLE_WIDTH = 1030.0
SIGNS_WIDTH = 480.0
SIGNS_HEIGHT = 132.0
_NAMES_HEIGHT = 34.0
RADIO = "3 5"
"""Dashes of what no cable joins."""


def height(plan: Plan, width: float) -> float:
    """Return the height the legend takes in a page of this width."""
    if is_for_candidate(plan):
        return _NAMES_HEIGHT + SIGNS_HEIGHT
    rows = max(len(plan.segments), 0 if _is_stacked(width) else 5)
    return 62 + ROW * rows + (SIGNS_HEIGHT if _is_stacked(width) else 0)


def _is_stacked(width: float) -> bool:
    """Tell whether the signs have no room beside the table."""
    return width < TABLE_WIDTH + SIGNS_WIDTH


def draw_legend(plan: Plan, palette: Palette, at: svg.Point, width: float) -> Iterator[str]:
    """Draw the table of segments, the signs beside it or below."""
    yield svg.rect(at, (width, height(plan, width)), fill="#fbfbfb", stroke="#cbd5e1")
    if is_for_candidate(plan):  # the subject has the table itself
        yield from _names(plan, palette, (at[0] + 14, at[1] + 26), width)
        yield from _signs(plan, palette, (at[0] + 14, at[1] + _NAMES_HEIGHT + 26))
        return
    yield from _table(plan, palette, (at[0] + 14, at[1] + 26))
    beside = (at[0] + TABLE_WIDTH + 20, at[1] + 26)
    below = (at[0] + 14, at[1] + 62 + ROW * len(plan.segments))
    yield from _signs(plan, palette, below if _is_stacked(width) else beside)


def _names(plan: Plan, palette: Palette, at: svg.Point, width: float) -> Iterator[str]:
    """Draw the colour of each segment and its name, on one line."""
    step = (width - 28) / max(len(plan.segments), 1)
    for rank, segment in enumerate(plan.segments.values()):
        left = at[0] + step * rank
        colour = palette.segment(segment.name)
        yield svg.rect((left, at[1] - 12), (20, 14), fill=colour, stroke="none", radius=3)
        told = svg.fit(segment.name, step - 30, 12)
        yield svg.text((left + 28, at[1]), told, size=12, bold=True)


def _table(plan: Plan, palette: Palette, at: svg.Point) -> Iterator[str]:
    left, top = at
    heads = (_("Nom"), _("VLAN"), _("Réseau"), _("Passerelle"), _("Étendue DHCP"), _("Usage"))
    for column, head in zip(_COLUMNS, heads, strict=True):
        yield svg.text((left + column, top), head, size=11.5, bold=True, colour=svg.SOFT)
    notes = list_notes(plan)
    for rank, segment in enumerate(plan.segments.values(), start=1):
        line = top + ROW * rank
        colour = palette.segment(segment.name)
        yield svg.rect((left, line - 12), (20, 14), fill=colour, stroke="none", radius=3)
        cells = (
            segment.name,
            or_dash(segment.vid or None),
            or_dash(segment.network),
            or_dash(segment.gateway),
            ", ".join(one.words for one in notes if one.about == segment.name) or "—",
            segment.usage,
        )
        for number, (column, words) in enumerate(zip(_COLUMNS, cells, strict=True)):
            room = (*_COLUMNS, TABLE_WIDTH)[number + 1] - column
            told = svg.fit(words, room, 12)
            yield svg.text((left + column, line), told, size=12, bold=number == 0)


def _signs(plan: Plan, palette: Palette, at: svg.Point) -> Iterator[str]:
    left, top = at
    yield svg.text((left, top), _("Légende"), size=11.5, bold=True, colour=svg.SOFT)
    colours = [palette.segment(name) for name in list(plan.segments)[:3]]
    line = [(left, top + 18), (left + 44, top + 18)]
    if any(link.tagged for link in plan.links):
        yield from draw_trunk(line, colours)
        said = _("liaison agrégée (trunk) : ses VLAN étiquetés")
        yield svg.text((left + 56, top + 22), said, size=12)
    line = [(left, top + 40), (left + 44, top + 40)]
    yield svg.polyline(line, colours[0], width=4)
    yield svg.text((left + 56, top + 44), _("liaison d'accès : un seul réseau"), size=12)
    if any(link.medium is Medium.RADIO for link in plan.links):
        line = [(left + 290, top + 40), (left + 334, top + 40)]
        yield svg.polyline(line, colours[0], width=4, dash=RADIO)
        yield svg.text((left + 346, top + 44), _("liaison sans fil"), size=12)
    for rank, state in enumerate((NodeState.TO_CONFIGURE, NodeState.EXISTING, NodeState.SHARED)):
        x = left + 150 * rank
        yield svg.rect((x, top + 56), (26, 16), fill=FILLS[state], radius=3)
        yield svg.text((x + 34, top + 69), _(STATES[state]), size=12)
    if is_for_candidate(plan):
        yield svg.text((left, top + 93), _("Port grisé : sans câble, ou vers la salle."), size=12)
        return
    yield svg.rect((left, top + 80), (26, 16), stroke=svg.SOFT, dash="5 4", radius=3)
    said = _("sonde ou point de vue du jury, hors du sujet")
    yield svg.text((left + 34, top + 93), said, size=12)
    said = _("Port grisé : sans câble. Gestion : %(network)s, carte mgmt0 de chaque machine")
    yield svg.text((left, top + 115), said % {"network": plan.management.network}, size=12)


def draw_trunk(points: list[svg.Point], colours: list[str]) -> Iterator[str]:
    """Draw a cable that carries several VLANs: their colours in turn."""
    yield svg.polyline(points, svg.INK, width=9)
    dash = f"10 {10 * (len(colours) - 1)}" if len(colours) > 1 else ""
    for rank, colour in enumerate(colours):
        yield svg.polyline(points, colour, width=6, dash=dash, shift=-10 * rank)

"""Cables of a picture: from the rows of machines to the points of each line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labctl.plan.picture.layout import BOX, BUS, Edge, Layout, Name, Unit
from labctl.plan.picture.routing import Way, choose_levels, count_levels
from labctl.plan.picture.svg import Point

_LEVEL = 17.0
_ABOVE, _UNDER = 32.0, 34.0
"""Room above the first level of a row of cables, and below the last."""
_CORNER = 16.0
"""What a cable leaves free at the corner of a box."""
_INSIDE = 10.0
"""How far a port lies inside its machine."""


@dataclass(frozen=True, slots=True)
class Cable:
    """A line of the picture; ``below`` and ``above`` are the edges of the machines it joins."""

    edge: Edge
    points: tuple[Point, ...]
    below: float
    above: float


def find_cables(
    layout: Layout, corner: Point
) -> tuple[tuple[Cable, ...], tuple[float, ...], float]:
    """Return the lines, the top of each row, and where the last one ends."""
    row_of = {name: rank for rank, row in enumerate(layout.rows) for name in row}
    places = _find_places(layout, row_of)
    cables: list[Cable] = []
    tops: list[float] = []
    top = corner[1]
    for rank, row in enumerate(layout.rows):
        tops.append(top)
        tallest = max(layout.units[name].height for name in row)
        here = [edge for edge in layout.edges if row_of[edge.upper] == rank]
        ways = [Way(*places[edge], is_back=row_of[edge.lower] == rank) for edge in here]
        levels = choose_levels(ways)
        depth = count_levels(ways, levels) * _LEVEL
        following = top + tallest + (_ABOVE + depth + _UNDER if here else 0)
        for edge, way, level in zip(here, ways, levels, strict=True):
            y = top + tallest + _ABOVE + level * _LEVEL
            cables.append(_draw(layout.units, edge, way, (corner[0], y), (top, following)))
        top = following
    return tuple(cables), tuple(tops), top


def _draw(
    units: Mapping[Name, Unit], edge: Edge, way: Way, level: Point, tops: tuple[float, float]
) -> Cable:
    upper, lower = units[edge.upper], units[edge.lower]
    shift, y = level
    start, end = shift + way.start, shift + way.end
    below = tops[0] + upper.height
    from_y = below - (_INSIDE if upper.ports else 0)
    if way.is_back:
        above = tops[0] + lower.height
        to_y = above - (_INSIDE if lower.ports else 0)
        return Cable(edge, ((start, from_y), (start, y), (end, y), (end, to_y)), below, above + 26)
    above = tops[1]
    to_y = above + (_INSIDE if lower.ports else BUS if lower.plugs else 0)
    across = () if way.is_straight else ((start, y), (end, y))
    return Cable(edge, ((start, from_y), *across, (end, to_y)), below, above)


def _find_places(layout: Layout, row_of: Mapping[Name, int]) -> dict[Edge, tuple[float, float]]:
    """Return where each cable leaves the one unit and reaches the other."""
    units = layout.units
    found = {}
    for edge in layout.edges:
        start = _spread(layout.edges, edge, edge.upper, units, row_of)
        end = _spread(layout.edges, edge, edge.lower, units, row_of)
        found[edge] = (start, end)
    return found


def _spread(
    edges: Sequence[Edge],
    edge: Edge,
    name: Name,
    units: Mapping[Name, Unit],
    row_of: Mapping[Name, int],
) -> float:
    """Return where a cable is plugged in: at its port, or among those on the same side of a box."""
    unit = units[name]
    if unit.is_wide:
        return unit.port_x(edge.upper_card if name == edge.upper else edge.lower_card)

    def other(each: Edge) -> Name:
        return each.lower if each.upper == name else each.upper

    def is_above(each: Edge) -> bool:
        return row_of[other(each)] < row_of[name]

    mine = [each for each in edges if name in (each.upper, each.lower)]
    side = [each for each in mine if is_above(each) == is_above(edge)]
    far = _far_x(units, edge, other(edge))
    if len(side) == 1 and abs(far - unit.centre) < BOX[0] / 2 - _CORNER:
        return far
    side.sort(key=lambda each: _far_x(units, each, other(each)))
    return unit.left + BOX[0] * (side.index(edge) + 1) / (len(side) + 1)


def _far_x(units: Mapping[Name, Unit], edge: Edge, name: Name) -> float:
    return units[name].port_x(edge.upper_card if name == edge.upper else edge.lower_card)

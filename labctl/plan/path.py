"""The shortest way between two machines, over the cables of a bench."""

from collections import deque
from collections.abc import Iterable, Mapping

from labctl.core.ids import NodeName
from labctl.spec.topology import End

Place = tuple[NodeName, str]
"""A machine, and the part of it that a cable is plugged in."""


def find_path(
    cables: Iterable[tuple[End, End]], parts: Mapping[End, str], start: NodeName, goal: NodeName
) -> tuple[NodeName, ...]:
    """Return the machines from one to another, both included; KeyError when no way leads there.

    What comes in by one part of a machine (``parts``, by port) does not leave by another one: the
    virtual switches of the room's host are not joined.
    """
    near: dict[Place, list[Place]] = {}
    for ends in cables:
        a, b = ((end.node, parts.get(end, "")) for end in ends)
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    came_from: dict[Place, Place | None] = {place: None for place in near if place[0] == start}
    queue = deque(came_from)
    while queue:
        place = queue.popleft()
        if place[0] == goal:
            return _trace(came_from, place)
        for neighbour in near[place]:
            if neighbour not in came_from:
                came_from[neighbour] = place
                queue.append(neighbour)
    raise KeyError(f"{start} – {goal}")


def _trace(came_from: Mapping[Place, Place | None], goal: Place) -> tuple[NodeName, ...]:
    names: list[NodeName] = []
    place: Place | None = goal
    while place is not None:
        names.append(place[0])
        place = came_from[place]
    return tuple(dict.fromkeys(reversed(names)))

"""One machine of the picture: a box that tells its name, kind, addresses and state."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.plan.model import Node
from labctl.plan.picture import svg
from labctl.plan.picture.layout import BOX
from labctl.plan.wording import STATES
from labctl.spec.kind import load_kind
from labctl.spec.topology import NodeState

FILLS = {
    NodeState.EXISTING: "#f1f5f9",
    NodeState.TO_CONFIGURE: "#fff7e0",
    NodeState.SHARED: "#eaf5ee",
    NodeState.OBSERVER: "#ffffff",
}
_NAME_SIZE = 12.5
_BOLD_LETTER = 0.66


def draw_machine(node: Node, at: svg.Point, colour: str, lines: tuple[str, ...]) -> Iterator[str]:
    """Draw a machine; ``lines`` tell what it is called, then its addresses."""
    left, top = at
    width, _height = BOX
    observer = node.state is NodeState.OBSERVER
    yield svg.rect(
        at,
        BOX,
        fill=FILLS[node.state],
        stroke=svg.SOFT if observer else svg.INK,
        dash="5 4" if observer else "",
    )
    yield svg.rect((left + 1, top + 1), (width - 2, 6), fill=colour, stroke="none", radius=4)
    drawing = load_kind(node.kind).symbol
    if drawing:
        yield svg.symbol((left + 8, top + 14), drawing, stroke=colour)
    room = width - 46
    size = min(_NAME_SIZE, room / (len(node.hostname) * _BOLD_LETTER))
    name = svg.fit(node.hostname, room, max(size, 8))
    yield svg.text((left + 42, top + 28), name, size=max(size, 8), bold=True)
    kind, *lines_below = lines
    kind = svg.fit(kind, room + 6, 9.5)
    yield svg.text((left + 42, top + 42), kind, size=9.5, colour=svg.SOFT)
    first, step = (64, 15) if len(lines_below) < 3 else (57, 14)
    for rank, words in enumerate(lines_below):
        told = svg.fit(words, width - 16, 11.5)
        yield svg.text((left + 10, top + first + step * rank), told, size=11.5)
    state = _(STATES[node.state])
    yield svg.text((left + width - 8, top + 104), state, size=9.5, anchor="end", colour=svg.SOFT)

"""One machine of the picture: a box that tells its name, role, addresses and state."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.plan import svg
from labctl.plan.model import Node, NodeState
from labctl.plan.wording import ROLES, STATES

BOX = (158.0, 112.0)
FILLS = {
    NodeState.EXISTING: "#f1f5f9",
    NodeState.TO_CONFIGURE: "#fff7e0",
    NodeState.SHARED: "#eaf5ee",
    NodeState.OBSERVER: "#ffffff",
}
SYMBOLS = {
    "internet": "M7 21a5 5 0 0 1 0-10a7 7 0 0 1 13-2a5.5 5.5 0 0 1 2 12Z",
    "router": (
        "M14 3a11 11 0 1 0 .01 0ZM14 6v6M11.5 8.5L14 6l2.5 2.5M14 22v-6M11.5 19.5L14 22l2.5-2.5"
        "M6 14h6M9.5 11.5L12 14l-2.5 2.5M22 14h-6M18.5 11.5L16 14l2.5 2.5"
    ),
    "switch": "M2 9h24v11h-24ZM6 13h7M11 11l2 2l-2 2M22 16h-7M17 14l-2 2l2 2",
    "dc": "M6 4h16v6h-16ZM6 11h16v6h-16ZM6 18h16v6h-16ZM9 7h1M9 14h1M9 21h1",
    "nas": "M5 7a9 3.5 0 0 1 18 0v14a9 3.5 0 0 1-18 0ZM5 7a9 3.5 0 0 0 18 0M5 14a9 3.5 0 0 0 18 0",
    "workstation-linux": "M3 5h22v14h-22ZM11 19v4M17 19v4M8 23h12",
    "windows-standin": "M3 5h22v14h-22ZM11 19v4M17 19v4M8 23h12M14 7v10M5 12h18",
    "windows-11": "M3 5h22v14h-22ZM11 19v4M17 19v4M8 23h12M14 7v10M5 12h18",
    "printer": "M8 10V4h12v6M8 19h-3v-9h18v9h-3M8 16h12v8h-12Z",
    "access-point": (
        "M14 15v9M9 24h10M10 11a5.5 5.5 0 0 1 8 0"
        "M6.5 7.5a10.5 10.5 0 0 1 15 0M14 14a.5.5 0 1 0 .01 0"
    ),
    "probe": "M12 4a8 8 0 1 0 .01 0ZM18 18l6 6",
    "vantage": "M2 14q12-14 24 0q-12 14-24 0ZM14 10a4 4 0 1 0 .01 0Z",
}
_NAME_SIZE = 12.5
_BOLD_LETTER = 0.66


def draw_machine(node: Node, at: svg.Point, colour: str, lines: tuple[str, ...]) -> Iterator[str]:
    """Draw a machine; ``lines`` tell its addresses."""
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
    drawing = SYMBOLS.get(node.role)
    if drawing:
        yield svg.symbol((left + 8, top + 14), drawing, stroke=colour)
    room = width - 46
    size = min(_NAME_SIZE, room / (len(node.hostname) * _BOLD_LETTER))
    name = svg.fit(node.hostname, room, max(size, 8))
    yield svg.text((left + 42, top + 28), name, size=max(size, 8), bold=True)
    role = svg.fit(_(ROLES[node.role]), room + 6, 9.5)
    yield svg.text((left + 42, top + 42), role, size=9.5, colour=svg.SOFT)
    for rank, words in enumerate(lines):
        told = svg.fit(words, width - 16, 11.5)
        yield svg.text((left + 10, top + 64 + 15 * rank), told, size=11.5)
    state = _(STATES[node.state])
    yield svg.text((left + width - 8, top + 104), state, size=9.5, anchor="end", colour=svg.SOFT)

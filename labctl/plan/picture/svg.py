"""A few shapes of SVG, every text escaped: what the topology picture is drawn with."""

from collections.abc import Iterable
from html import escape

from labctl.core.untrusted import one_line

FONT = "DejaVu Sans, Liberation Sans, Arial, Libertinus Serif, sans-serif"
"""Those of a browser, then the one that printed documents carry."""
INK = "#1f2937"
SOFT = "#6b7280"
PAPER = "#ffffff"
LETTER = 0.53
"""Usual width of a letter, of a font size of 1."""

Point = tuple[float, float]


def document(width: float, height: float, title: str, shapes: Iterable[str]) -> str:
    """Return an SVG document that carries everything it needs."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}" font-family="{FONT}" role="img"'
        ' style="max-width:100%;height:auto">'
    )
    body = "\n".join(shapes)
    return f"{head}\n<title>{_plain(title)}</title>\n{body}\n</svg>\n"


def rect(
    at: Point,
    size: Point,
    *,
    fill: str = PAPER,
    stroke: str = INK,
    radius: float = 6,
    dash: str = "",
) -> str:
    """Return a rectangle."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{at[0]:g}" y="{at[1]:g}" width="{size[0]:g}" height="{size[1]:g}"'
        f' rx="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="1.4"{dashes}/>'
    )


def polyline(
    points: Iterable[Point], colour: str, *, width: float = 3, dash: str = "", shift: float = 0
) -> str:
    """Return a line through points; ``dash`` and ``shift`` leave room for other colours."""
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    dashes = f' stroke-dasharray="{dash}" stroke-dashoffset="{shift:g}"' if dash else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
        f' stroke-linejoin="round"{dashes}/>'
    )


def symbol(at: Point, data: str, *, stroke: str = INK) -> str:
    """Return a small drawing, its path given from its own corner."""
    return (
        f'<path transform="translate({at[0]:g} {at[1]:g})" d="{data}" fill="none"'
        f' stroke="{stroke}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def text(
    at: Point,
    words: str,
    *,
    size: float = 12,
    anchor: str = "start",
    colour: str = INK,
    bold: bool = False,
) -> str:
    """Return a line of text, over a white halo."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{at[0]:g}" y="{at[1]:g}" font-size="{size:g}" text-anchor="{anchor}"'
        f' fill="{colour}"{weight} stroke="{PAPER}" stroke-width="3" paint-order="stroke"'
        f' stroke-linejoin="round">{_plain(words)}</text>'
    )


def _plain(words: str) -> str:
    """Return a text as XML admits it, on one line."""
    return escape(one_line(words))


def fit(words: str, room: float, size: float) -> str:
    """Return a text cut so that it holds in a width, at the usual width of a letter."""
    most = max(1, int(room / (size * LETTER)))
    return words if len(words) <= most else words[: most - 1] + "…"

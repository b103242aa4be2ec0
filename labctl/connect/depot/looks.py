"""What makes a line a heading, whatever program wrote it: its style, or how it looks."""

import re
from dataclasses import dataclass

HEADING_MOST = 100
"""Characters of the longest line that is a heading by its looks alone."""
BODY_PT = 12.0
"""The size of text where an office program is left as it was installed."""
_HEADING = re.compile(r"(heading|title|subtitle|titre|sous-titre)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """A style of paragraphs or of words, and what it adds to the one it is based on.

    ``listed`` is the list that it puts paragraphs in, empty for none; None: it says nothing.
    """

    name: str
    parent: str
    is_outlined: bool
    is_apart: bool
    listed: str | None = None
    level: int = 0


Styles = dict[str, Style]


def list_chain(styles: Styles, name: str) -> list[Style]:
    """Return a style and those that it is based on, each once."""
    found: dict[str, Style] = {}
    while name in styles and name not in found:
        found[name] = styles[name]
        name = styles[name].parent
    return list(found.values())


def is_heading_style(chain: list[Style]) -> bool:
    """Tell whether a style is one of headings: by its outline level, or by its name."""
    return any(one.is_outlined or _HEADING.match(one.name) for one in chain)


def is_heading_by_looks(text: str, *, is_apart: bool) -> bool:
    """Tell whether a line that is no heading by its style is one to who reads it."""
    is_capitals = text.isupper() and sum(map(str.isalpha, text)) > 3
    return 0 < len(text) <= HEADING_MOST and (is_apart or is_capitals)

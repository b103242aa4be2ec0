"""Text that came from a machine, made safe to show: the last step before any report or terminal."""

import re
import unicodedata
from collections.abc import Callable

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
UNSEEN = {
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
    *(*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
}
"""Letters, marks and signs that nobody sees: two names that look alike would not be the same."""
NEVER_SHOWN = BIDI | UNSEEN
MOST_MARKS = 4
"""Marks one letter may carry in any language: more of them cover the lines around."""
SPACES = "\n\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
MOST_CHARACTERS = 2000


def inert(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return the text without what a terminal, XML or a reader's eye would obey.

    Control, escape, bidirectional, private and unseen characters become U+FFFD, as do marks piled
    on a letter; new lines, tabs and the spaces of French typography stay; what is longer than
    ``most`` characters is cut and says so.
    """
    shown = _replace(text[: most + 1], lambda _char: REPLACEMENT)
    return shown if len(shown) <= most else shown[:most] + " […]"


def one_line(text: str, most: int = 300) -> str:
    """Return the inert text on one line."""
    return inert(" ".join(text.split()), most)


def inert_json(text: str) -> str:
    """Return the same JSON, with escapes in place of what a terminal or an eye would obey."""
    return _replace(text, _escape)


def _replace(text: str, replacement: Callable[[str], str]) -> str:
    """Return the text with something in place of each character that is not harmless."""
    found = set(text)
    strange = {char for char in found if not _is_harmless(char)}
    shown = text.translate({ord(char): replacement(char) for char in strange}) if strange else text
    marks = "".join(char for char in found - strange if unicodedata.category(char) in ("Mn", "Me"))
    if not marks:
        return shown
    piled = f"(?<=[{marks}]{{{MOST_MARKS}}})[{marks}]"
    return re.sub(piled, lambda match: replacement(match[0]), shown)


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _is_harmless(char: str) -> bool:
    return char in SPACES or (char.isprintable() and ord(char) not in NEVER_SHOWN)

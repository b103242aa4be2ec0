"""Text that came from a machine, made safe to show: the last step before any report or terminal."""

from collections.abc import Callable

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
SPACES = "\n\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
MOST_CHARACTERS = 2000


def inert(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return the text without what a terminal, XML or a reader's eye would obey.

    Control, escape, bidirectional and private characters become U+FFFD; new lines, tabs and the
    spaces of French typography stay; what is longer than ``most`` characters is cut and says so.
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
    strange = {char for char in set(text) if not _is_harmless(char)}
    return text.translate({ord(char): replacement(char) for char in strange}) if strange else text


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _is_harmless(char: str) -> bool:
    return char in SPACES or (char.isprintable() and ord(char) not in BIDI)

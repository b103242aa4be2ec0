"""Characters that can be printed: those of the font that documents carry."""

import re
import unicodedata

from labctl.core.untrusted import REPLACEMENT, inert

_PRINTED = (
    r" -~\u00a0-\u00ac\u00ae-\u01c3\u01cd-\u01e3\u0250-\u02b9\u02bb-\u02c1"
    r"\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1e20-\u1e99\u1e9f-\u1ef9"
    r"\u2010-\u2015\u2018-\u2023\u2026\u202f-\u2037\u2039\u203a\u20ac\u2122\u2190-\u2213"
    r"\u2241-\u2269\u2500-\u2606\u2609-\u262f\u270c-\u2714\u2717-\u2727\ufffd"
)
"""What Libertinus Serif, the font of Typst, has a glyph for and PDF/A admits; a test tries all."""
_STRANGE = re.compile(f"[^\n{_PRINTED}]")


def printable(text: str, most: int) -> str:
    """Return a text of which every character has a glyph: U+FFFD stands for the others."""
    return _STRANGE.sub(REPLACEMENT, unicodedata.normalize("NFC", inert(text, most)))


def find_strange(text: str) -> str:
    """Return the first character of a text that cannot be printed, empty when all can."""
    found = _STRANGE.search(unicodedata.normalize("NFC", text))
    return found[0] if found else ""

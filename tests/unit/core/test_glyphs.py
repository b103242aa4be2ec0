"""What can be printed has a glyph; what has none is replaced."""

import re

import pytest

from labctl.core.glyphs import find_strange, printable
from labctl.reports.printed.typesetter import Sheet, typeset
from tests.printing import read_pdf

EVERY = "".join(char for char in map(chr, range(0x20, 0x2800)) if not find_strange(char))


@pytest.mark.parametrize(
    "text", ["Société Ōhanga ʻAhi, 3 €", "é è œ ß Ж Ω ☐ ✓ → ≤ – … « »", "e\u0301té"]
)
def test_text_of_the_trade_is_printed(text: str) -> None:
    assert find_strange(text) == ""


@pytest.mark.parametrize("char", ["\N{WATER WAVE}", "日", "\0", "\u202e", "\u00ad", "\u0301"])
def test_what_has_no_glyph_is_replaced(char: str) -> None:
    assert find_strange(f"a{char}b") == char or char == "\u0301"
    assert printable(f"x{char}b", 10) == "x\ufffdb"


def test_every_character_that_is_admitted_is_typeset() -> None:
    lines = [EVERY[start : start + 60] for start in range(0, len(EVERY), 60)]
    blocks = [
        {"kind": "paragraph", "words": [{"text": line, "style": style}]}
        for line in lines
        for style in ("", "code", "strong")
    ]
    centre = {"nom": "c", "adresse": [], "logo": "", "description_logo": ""}
    data = {
        **{"name": "x", "title": "x", "over": "", "under": "", "mark": "", "note": ""},
        **{"facts": [], "blocks": blocks, "pictures": {}, "date": [2026, 1, 1], "centre": centre},
    }

    found = typeset([Sheet("x", data, "x.pdf")])

    assert len(re.findall("ʻ", read_pdf(found["x.pdf"]))) >= 1

"""Whatever a value holds, a document is typeset and says it, or its replacement."""

import json
from dataclasses import asdict
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.core.glyphs import printable
from labctl.reports.printed.blocks import Grid, Heading, Listing, Paragraph, parse_blocks
from labctl.reports.printed.markup import MOST, render_markup

VALUES = st.text(max_size=80) | st.text(alphabet="#$<>*_`|\\[]{}()!-\"'&@~\n\t :;", max_size=40)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_a_value_never_changes_the_shape_of_a_document(value: str) -> None:
    file = Path(__file__).with_name("fuzzed.md")

    blocks = parse_blocks(render_markup(file, {"v": f"x{value}x"}))

    said = printable(" ".join(f"x{value}x".split()), MOST)
    assert [type(block) for block in blocks] == [Heading, Paragraph, Listing, Grid]
    assert isinstance(blocks[3], Grid)
    (cell, code) = blocks[3].rows[0]
    assert "".join(run.text for run in code) == said
    assert _soft("".join(run.text for run in cell)) == _soft(said)
    json.dumps([asdict(block) for block in blocks])


def _soft(text: str) -> str:
    """Return a text whose spaces are all alike."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")

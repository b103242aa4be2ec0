"""The rows of a page of a PDF, which has no tables: what stands far apart on a line is in cells."""

import re
from collections.abc import Iterator

from pypdf import PageObject

_GAP = re.compile(r"\s{2,}")
"""What parts two cells of a line, on a page that is laid out in columns of one width."""


def list_rows(page: PageObject) -> Iterator[tuple[str, ...]]:
    """Yield the lines of a page, each split into its cells; an empty cell leaves nothing."""
    return (tuple(_GAP.split(line.strip())) for line in _lay_out(page).splitlines())


def _lay_out(page: PageObject) -> str:
    """Return a page as it is laid out; in the order of its text where the layout lacks some.

    pypdf lays out nothing that is in a form, which pages may share (ISO 32000-1, 8.10).
    """
    plain = page.extract_text()
    layout = page.extract_text(extraction_mode="layout", layout_mode_strip_rotated=False)
    return layout if _count_signs(layout) >= _count_signs(plain) else plain


def _count_signs(text: str) -> int:
    return len("".join(text.split()))

"""A document as plain text, for a terminal of 80 columns."""

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from textwrap import wrap

from labctl.reports.printed.blocks import Block, Grid, Heading, Listing, Picture, Words
from labctl.reports.printed.document import Page

WIDTH = 78
_LEAST = 8
_GAP = "  "


def render_plain(page: Page) -> str:
    """Return the text of a document."""
    lines = [page.title.upper(), *filter(None, (page.over, page.under)), ""]
    lines += [f"{label} : {_say(words)}" for label, words in page.facts if words]
    for block in page.blocks:
        lines += ["", *_render(block)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _render(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield from _underline(_say(block.words), "=" if block.level == 1 else "-")
    elif isinstance(block, Listing):
        for item in block.items:
            yield from _flow(item, "- ", "  ")
    elif isinstance(block, Grid):
        yield from _table(block)
    elif isinstance(block, Picture):
        yield f"[{_say(block.words)}]"
    else:
        yield from _flow(block.words)


def _flow(words: Words, first: str = "", others: str = "") -> Iterator[str]:
    """Yield the lines of words; a command has one to itself, whole: it is there to be copied."""
    for is_command, runs in groupby(words, lambda run: run.style == "command"):
        if is_command:
            yield from (f"{others}  {run.text}" for run in runs)
        else:
            yield from _wrap(_say(tuple(runs)).strip(), WIDTH, first, others)
        first = others


def _say(words: Words) -> str:
    """Return words without style; the spaces of French typography stay, a terminal shows them."""
    return "".join(
        "." * 20 if run.style == "line" else run.text for run in words if run.style != "space"
    )


def _underline(text: str, sign: str) -> Iterator[str]:
    lines = _wrap(text, WIDTH)
    yield from lines
    yield sign * max(map(len, lines), default=0)


def _table(grid: Grid) -> Iterator[str]:
    rows = [[_say(cell) for cell in row] for row in (grid.columns, *grid.rows) if row]
    widths = _fit([max(map(len, column)) for column in zip(*rows, strict=True)])
    for rank, row in enumerate(rows):
        cells = [_wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            yield _GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True))
        if rank == 0 and grid.columns:
            yield _GAP.join("-" * width for width in widths)


def _fit(wanted: Sequence[int]) -> list[int]:
    """Return the widths of columns that hold in a line: the widest give way."""
    widths = list(wanted)
    while sum(widths) + len(_GAP) * (len(widths) - 1) > WIDTH and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _wrap(text: str, width: int, first: str = "", others: str = "") -> list[str]:
    """Return the lines of a text; names with hyphens stay whole where they can."""
    return wrap(text, width, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)

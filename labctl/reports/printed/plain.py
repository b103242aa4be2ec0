"""A document as plain text, for a terminal of 80 columns."""

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from textwrap import wrap

from labctl.reports.printed.blocks import Block, Grid, Heading, Listing, Picture, Words
from labctl.reports.printed.document import Page

WIDTH = 78
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
    columns = list(zip(*rows, strict=True))
    least = [max(map(_longest, column)) for column in columns]
    if _across(least) > WIDTH:
        yield from _records(grid, rows)
        return
    widths = _fit([max(map(len, column)) for column in columns], least)
    for rank, row in enumerate(rows):
        cells = [_wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            yield _GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True))
        if rank == 0 and grid.columns:
            yield _GAP.join("-" * width for width in widths)


def _records(grid: Grid, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a row as lines of its own, each cell behind its head: what is to be typed is whole."""
    heads = rows[0] if grid.columns else [""] * len(rows[0])
    for row in rows[1:] if grid.columns else rows:
        for rank, (head, cell) in enumerate(zip(heads, row, strict=True)):
            first = "- " if rank == 0 else "  "
            said = f"{head} : {cell}" if head else cell
            yield from _wrap(said, WIDTH, first, "    ") if cell else ()


def _across(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _longest(text: str) -> int:
    """Return the length of the longest word, which no line is to cut."""
    return max(map(len, text.split(" ")), default=0)


def _fit(wanted: Sequence[int], least: Sequence[int]) -> list[int]:
    """Return the widths of columns that hold in a line: the widest give way, words stay whole."""
    widths = list(wanted)
    while _across(widths) > WIDTH:
        spare = [rank for rank, width in enumerate(widths) if width > least[rank]]
        widths[max(spare, key=widths.__getitem__)] -= 1
    return widths


def _wrap(text: str, width: int, first: str = "", others: str = "") -> list[str]:
    """Return the lines of a text; its words stay whole, names with hyphens and addresses too."""
    return wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
        break_long_words=False,
    )

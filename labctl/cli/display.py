"""What people watch: progress on stderr, tables that fit 100 columns, JSON on stdout."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from labctl.core.i18n import _, about
from labctl.core.untrusted import inert, inert_json
from labctl.pipeline.outcome import Outcome, Step

WIDTH = 100
GUTTER = 2
"""Columns between two columns of a table."""
MOST = 100_000
"""Characters of what went wrong: every change under a broken seal is said."""
LONGEST_WORD = 45
"""Characters of a word that is never cut: an IPv6 network has 43, a digest or a path may be cut."""
BOUND = "\N{NO-BREAK SPACE}"
NOTHING = ("", "—", "–")
"""Cells that say nothing, and that a record leaves out."""


def print_json(schema: str, document: dict[str, Any]) -> None:
    """Print a result as JSON; ``schema`` names its shape and version (``labctl/up/v1``)."""
    whole = {"schema": schema, **document}
    print(inert_json(json.dumps(whole, ensure_ascii=False, indent=1, default=str)))


def print_table(
    title: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, most: int = WIDTH
) -> None:
    """Print a table that fits the terminal, ``most`` columns at most; cells are text, never markup.

    Lines break between words: an address or a name is never cut. Where the columns leave no room
    for that, each row is printed as a record instead, a line of « column : value » below its name.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    class Results(Console):
        """A console that leaves a reader who is gone to its caller: rich would exit with 1."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    lines = [[inert(cell) for cell in row] for row in rows]
    width = min(most, _columns())
    fitting = _share_width(head, lines, width)
    if fitting is None:
        _print_records(title, head, lines, width)
        return
    gutter, widths = fitting
    console = Results(width=width, highlight=False)
    table = Table(
        title=title or None,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        show_header=any(head),
        show_edge=False,
        pad_edge=False,
        padding=(0, gutter - 1, 0, 0),
    )
    for name, each in zip(head, widths, strict=True):
        table.add_column(name, overflow="fold", width=each)
    for row in lines:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    console.print()


def _share_width(
    head: Sequence[str], lines: list[list[str]], width: int
) -> tuple[int, list[int]] | None:
    """Return the gutter, and the width of each column: its longest word to its longest line.

    None when the longest words do not fit side by side. What room is left goes to the columns that
    lack least, in fair shares.
    """
    cells = [[name, *(row[number] for row in lines)] for number, name in enumerate(head)]
    wanted = [max(1, *(len(line) for cell in column for line in _lines(cell))) for column in cells]
    longest = [max(len(word) for cell in column for word in _words(cell)) for column in cells]
    widths = [max(1, min(each, LONGEST_WORD)) for each in longest]
    gutter = GUTTER if sum(widths) + GUTTER * (len(head) - 1) <= width else 1
    room = width - gutter * (len(head) - 1)
    if sum(widths) > room:
        return None
    lacking = sorted(range(len(head)), key=lambda number: wanted[number] - widths[number])
    for rank, number in enumerate(lacking):
        share = max(0, room - sum(widths)) // (len(lacking) - rank)
        widths[number] += min(share, wanted[number] - widths[number])
    return gutter, widths


def _print_records(
    title: str, head: Sequence[str], lines: Iterable[Sequence[str]], width: int
) -> None:
    """Print each row as its name, then its other cells with the names of their columns."""
    from textwrap import wrap

    if title:
        print(title)
    for row in lines:
        named = zip(head[1:], row[1:], strict=True)
        told = [_bind(about(name, cell)) for name, cell in named if cell not in NOTHING]
        for text, indent in ((row[0], ""), (" · ".join(told), "  ")):
            below = indent + "  "
            shown = wrap(
                text, width, initial_indent=indent, subsequent_indent=below, break_on_hyphens=False
            )
            for line in shown:
                print(line.replace(BOUND, " "))
    print()


def _bind(text: str) -> str:
    """Return « column : value » as one word up to the value, so that no line ends before it."""
    return text.replace(" : ", f"{BOUND}:{BOUND}", 1).replace(": ", f":{BOUND}", 1)


def _lines(cell: str) -> list[str]:
    return cell.splitlines() or [""]


def _words(cell: str) -> list[str]:
    return cell.split() or [""]


def bench_name(bench: int) -> str:
    """Return how a bench is called."""
    return _("banc %(bench)02d") % {"bench": bench}


def no_name(_bench: int) -> str:
    """Return nothing: the work is no bench's."""
    return ""


@contextmanager
def progress(
    title: str, benches: Sequence[int], name: Callable[[int], str] = bench_name
) -> Iterator[Step]:
    """Show one live line per bench on stderr, or plain lines when it is no terminal."""
    if not sys.stderr.isatty():
        with _plain_progress(title, name) as step:
            yield step
        return
    from rich.console import Console
    from rich.live import Live

    board = _Board(title, benches, name)
    # No refresh thread: children are forked while this runs.
    with Live(board.render(), console=Console(stderr=True), auto_refresh=False) as live:

        def step(bench: int, text: str) -> None:
            board.note(bench, text)
            live.update(board.render(), refresh=True)

        yield step


def list_failures(outcomes: Mapping[int, Outcome[Any]]) -> dict[int, str]:
    """Return what went wrong, by bench: the key ``failed`` of every document."""
    return {bench: outcome.message for bench, outcome in outcomes.items() if not outcome.ok}


def print_failures(
    outcomes: Mapping[int, Outcome[Any]], name: Callable[[int], str] = bench_name
) -> int:
    """Print what went wrong, a bench a line, on stderr; return the gravest exit code."""
    code = 0
    for bench, outcome in outcomes.items():
        if not outcome.ok:
            print(_say(name(bench), inert(outcome.message, MOST)), file=sys.stderr)
            if outcome.hint:
                print("  " + _("piste :"), inert(outcome.hint), file=sys.stderr)
            code = max(code, outcome.exit_code)
    return code


class _Board:
    def __init__(self, title: str, benches: Sequence[int], name: Callable[[int], str]) -> None:
        self.title = title
        self.name = name
        self.started = time.monotonic()
        self.steps: dict[int, tuple[str, float]] = dict.fromkeys(benches, ("", self.started))

    def note(self, bench: int, text: str) -> None:
        if bench and text:
            self.steps[bench] = (text, time.monotonic())

    def render(self) -> Any:
        from rich.table import Table
        from rich.text import Text

        now = time.monotonic()
        table = Table.grid(padding=(0, 2))
        table.title = None
        table.add_row(Text(self.title, style="bold"), Text(f"{now - self.started:5.1f} s"))
        for bench, (text, _since) in self.steps.items():
            table.add_row(Text(self.name(bench)), Text(inert(text)))
        return table


@contextmanager
def _plain_progress(title: str, name: Callable[[int], str]) -> Iterator[Step]:
    started = time.monotonic()
    print(title, file=sys.stderr)

    def step(bench: int, text: str) -> None:
        if bench and text:
            at = time.monotonic() - started
            print(f"[{at:6.1f} s] {_say(name(bench), inert(text))}", file=sys.stderr)

    yield step


def _say(what: str, said: str) -> str:
    return about(what, said) if what else said


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size((WIDTH, 24)).columns

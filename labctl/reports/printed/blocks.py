"""What a printed document is made of, whatever the format: headings, words, lists, tables.

Documents are written in Markdown; labctl keeps this much of it and takes everything else for text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from labctl.reports.printed.markup import split_signs, unshield

_AUTO_MOST = 17
"""Letters of the longest cell of a column that is as wide as its text; others share the rest."""
_WORD_MOST, _WIDEST, _LETTERS_PER_CM = 40, 60, 5
_LONG = 60
"""Letters of the shortest command that is set apart from the words around it."""
PLACES = ("line", "space")
"""Styles of what is no text: where somebody writes."""
_STYLES = {"strong_open": "strong", "em_open": "emphasis"}
_NARROW, _HARD = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_PARTING = f" {_NARROW}.,:;"
_FRENCH = (
    (re.compile(" (?=[:;!?»])|(?<=«) "), _NARROW),
    (re.compile(r"(?<=\d) (?=(min|h|s|j|%|Gio|Mio|MHz|GHz|dBm|F CFP)\b)"), _HARD),
)
"""Spaces of French typography (Imprimerie nationale, « Lexique des règles typographiques »)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style: "", strong, emphasis, code; or a place to write, its size in cm.

    A ``command`` is code too long for the line it is in: it is set apart, and cut at spaces alone.
    A place is a ``line`` among words, or ``space``: blank height, of a signature.
    """

    text: str
    style: str = ""


Words = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a part of the document."""

    words: Words
    level: int
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    words: Words
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, its items without a number."""

    items: tuple[Words, ...]
    kind: str = field(default="list", init=False)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``columns`` is empty where no column has a title.

    ``widths`` are shares of what is left, 0 for a column that is as wide as its text.
    """

    columns: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    widths: tuple[int, ...]
    kind: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by name, and what it says to who does not see it; it has a page of its own."""

    name: str
    words: Words
    kind: str = field(default="picture", init=False)


Block = Heading | Paragraph | Listing | Grid | Picture


def parse_blocks(markdown: str, *, is_numbered: bool = False) -> tuple[Block, ...]:
    """Return the blocks of a text; ``is_numbered`` puts numbers before its headings."""
    blocks = tuple(_read(_parser().parse(markdown)))
    return tuple(_number(blocks)) if is_numbered else blocks


def read_words(text: str) -> Words:
    """Return a line of Markdown as words."""
    return tuple(_spell(text, ""))


@cache
def _parser() -> MarkdownIt:
    rules = ["heading", "list", "table", "emphasis", "backticks", "image", "newline"]
    return MarkdownIt("zero").enable(rules)


def _read(tokens: Sequence[Token]) -> Iterator[Block]:
    rest = iter(tokens)
    for token in rest:
        if token.type == "heading_open":
            yield Heading(_words(next(rest)), int(token.tag[1]))
        elif token.type == "bullet_list_open":
            yield Listing(tuple(_inside(rest, "bullet_list_close")))
        elif token.type == "table_open":
            yield _read_table(rest)
        elif token.type == "inline":
            yield _read_paragraph(token)


def _read_paragraph(token: Token) -> Block:
    children = token.children or []
    if len(children) == 1 and children[0].type == "image":
        picture = children[0]
        return Picture(str(picture.attrs["src"]), _words(picture))
    return Paragraph(tuple(_set_apart(_words(token))))


def _set_apart(words: Words) -> Iterator[Run]:
    """Yield words with long code as commands; what parted one from the next words is left out."""
    is_after = False
    for run in words:
        if run.style == "code" and len(run.text) >= _LONG and " " in run.text:
            yield replace(run, style="command")
            is_after = True
            continue
        text = run.text.lstrip(_PARTING) if is_after and not run.style else run.text
        if text:
            yield replace(run, text=text)
            is_after = False


def _inside(rest: Iterator[Token], end: str) -> Iterator[Words]:
    for token in rest:
        if token.type == end:
            return
        if token.type == "inline":
            yield tuple(_set_apart(_words(token)))


def _read_table(rest: Iterator[Token]) -> Grid:
    rows: list[list[Words]] = []
    for token in rest:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_words(token))
    head, *body = map(tuple, rows)
    return Grid(head if any(head) else (), tuple(body), _share([head, *body]))


def _share(rows: Sequence[tuple[Words, ...]]) -> tuple[int, ...]:
    """Return the widths of columns: short texts, and names that cannot be cut, have what they need.

    A column where something is to be written shares what is left, as long texts do.
    """
    columns = list(zip(*rows, strict=True))
    longest = [max(map(_length, column)) for column in columns]
    is_tight = [_is_tight(column, size) for column, size in zip(columns, longest, strict=True)]
    if all(is_tight) and max(longest) <= _AUTO_MOST:
        return tuple(longest)
    return tuple(
        0 if tight else min(size, _WIDEST) for tight, size in zip(is_tight, longest, strict=True)
    )


def _is_tight(column: Sequence[Words], longest: int) -> bool:
    """Tell whether a column is short, or holds a name that is not to be cut, and no place."""
    if any(run.style in PLACES for cell in column for run in cell):
        return False
    words = (word for cell in column for word in "".join(run.text for run in cell).split())
    return longest <= _AUTO_MOST or (longest <= _WORD_MOST and max(map(len, words)) == longest)


def _length(words: Words) -> int:
    """Return how long a cell is, in letters."""
    return sum(
        int(run.text) * _LETTERS_PER_CM if run.style in PLACES else len(run.text) for run in words
    )


def _words(token: Token) -> Words:
    """Return the words of an inline token; spaces as French has them, values as they are."""
    return tuple(_runs(token.children or []))


def _runs(children: Sequence[Token]) -> Iterator[Run]:
    styles: list[str] = []
    for child in children:
        if child.type in _STYLES:
            styles.append(_STYLES[child.type])
        elif child.type.endswith("_close"):
            styles.pop()
        elif child.type == "code_inline":
            yield Run(unshield(child.content), "code")
        elif child.type == "softbreak":
            yield Run(" ")
        elif child.content:
            yield from _spell(child.content, styles[-1] if styles else "")


def _spell(text: str, style: str) -> Iterator[Run]:
    for rule, space in _FRENCH:
        text = rule.sub(space, text)
    for words, place, size in split_signs(text):
        if words:
            yield Run(unshield(words), style)
        if place:
            yield Run(size, place)


def _number(blocks: Sequence[Block]) -> Iterator[Block]:
    counts = [0, 0, 0]
    for block in blocks:
        if not isinstance(block, Heading) or block.level > 2:
            yield block
            continue
        counts[block.level - 1] += 1
        counts[block.level :] = [0] * (3 - block.level)
        number = ".".join(str(count) for count in counts[: block.level])
        yield replace(block, words=(Run(f"{number}{_HARD}{_HARD}"), *block.words))

"""The documents that were handed in, read."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checks.documents.demand import Documents, Piece, list_pieces
from labctl.api import (
    Answer,
    Mismatch,
    Plan,
    Probe,
    Question,
    Undecided,
    _,
    document,
    parse_json,
)

Rows = tuple[tuple[str, ...], ...]
LEAST = 150
"""Characters below which a document has no text."""
_TYPED = (
    (re.compile("[\u00ad\ufffd]"), ""),
    (re.compile("[\u2010-\u2015\u2212]"), "-"),
    (re.compile("[\u2018\u2019]"), "'"),
    (re.compile(" +(?=[!?;:])"), ""),
)
"""What is not seen, dashes, quotes, and the blank that French has before some signs."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: its rows of texts, in order; ``pages`` is 0 where it does not tell.

    ``found`` is its name as it was handed in. ``counts`` are those of its structure that its format
    tells: headings, steps, images… ``text`` is all that it says, spelt as on a keyboard and without
    an asterisk of its own: the three that evidence has there hide a secret of the bench.
    """

    found: str
    kind: str
    pages: int
    rows: Rows
    counts: dict[str, int] = field(default_factory=dict)
    text: str = ""

    @property
    def is_scan(self) -> bool:
        """Tell whether it is made of pictures, and of hardly any text."""
        return bool(self.counts.get("images")) and len(self.text) < LEAST

    @property
    def is_sure(self) -> bool:
        """Tell whether its rows are those that somebody wrote.

        A PDF has no tables and no cells, only texts at places of a page (ISO 32000-1, 9.4): its
        rows are what the layout lets one guess. A formula that no program computed says nothing.
        """
        return self.kind != "pdf" and not self.is_scan and not self.is_uncomputed

    @property
    def is_uncomputed(self) -> bool:
        """Tell whether it has formulas without the result that an office program keeps."""
        return bool(self.counts.get("uncomputed"))


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents of the subject, by the name it gives; ``troubles``: why one was not read."""

    read: dict[str, Paper]
    troubles: dict[str, str]

    def find(self, name: str) -> Paper | None:
        """Return a document, None when it was not handed in; Undecided when it cannot be read."""
        if name in self.troubles:
            raise Undecided(f"{name} : {self.troubles[name]}")
        return self.read.get(name)

    def need(self, piece: Piece, asked: Documents, plan: Plan) -> Paper:
        """Return a document; Mismatch when it was not handed in."""
        paper = self.find(piece.name)
        if paper is None:
            missing = _("%(name)s n'a pas été remis") % {"name": piece.name}
            if asked.folder is not None:
                missing = _("%(name)s n'a été ni remis ni déposé dans %(folder)s")
                missing %= {"name": piece.name, "folder": asked.folder.place(plan)}
            raise Mismatch(missing, expected=piece.name, found=_("rien"))
        return paper


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for each document of the route."""
    pieces = list_pieces(plan.demand(Documents), plan)
    return tuple(document(piece.name) for piece in pieces)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Papers:
    """Keep what was read, and why the rest was not."""
    read: dict[str, Paper] = {}
    troubles: dict[str, str] = {}
    for answer in answers:
        name = str(answer.question.body["name"])
        if answer.trouble is not None:
            troubles[name] = answer.trouble.detail
        elif told := parse_json(answer.output, answer.question.text):
            read[name] = _paper(told)
    return Papers(read, troubles)


def _paper(told: Mapping[str, Any]) -> Paper:
    rows = tuple(tuple(map(str, row)) for row in told["rows"])
    counts = {str(name): int(count) for name, count in told["counts"].items()}
    return Paper(
        str(told["found"]), str(told["kind"]), int(told["pages"]), rows, counts, spell(rows)
    )


def spell(rows: Rows) -> str:
    """Return texts as they are typed: an office program puts other dashes, quotes and spaces."""
    text = "\n".join(cell for row in rows for cell in row).replace("*", "•")
    for pattern, plain in _TYPED:
        text = pattern.sub(plain, unicodedata.normalize("NFKC", text))
    return text


PAPERS = Probe(Papers, ask, parse, takes_trouble=True)

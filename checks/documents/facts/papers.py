"""The documents that were handed in, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.documents.demand import Documents, Piece, list_pieces
from labctl.api import (
    Answer,
    Mismatch,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    Reason,
    Undecided,
    _,
    document,
    parse_json,
)

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: its rows of texts, in order; ``pages`` is 0 where it does not tell.

    ``found`` is its name as it was handed in.
    """

    found: str
    kind: str
    pages: int
    rows: Rows


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

    def need(self, piece: Piece) -> Paper:
        """Return a document; Mismatch when it was not handed in."""
        paper = self.find(piece.name)
        if paper is None:
            missing = _("%(name)s n'a pas été remis à l'entrée du banc") % {"name": piece.name}
            raise Mismatch(missing, expected=piece.name, found=_("rien"))
        return paper


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for each document of the route."""
    pieces = list_pieces(plan.demand(Documents), plan)
    return tuple(document(piece.name) for piece in pieces)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Papers:
    """Keep what was read, and what was not; nothing is known where nothing could be handed in."""
    read: dict[str, Paper] = {}
    troubles: dict[str, str] = {}
    for answer in answers:
        name = str(answer.question.body["name"])
        if answer.trouble is None:
            told = parse_json(answer.output, answer.question.text)
            if told:
                read[name] = _paper(told)
        elif answer.trouble.reason is Reason.UNREACHABLE:
            raise NotUnderstood(answer.trouble.detail, answer.trouble.reason)
        else:
            troubles[name] = answer.trouble.detail
    return Papers(read, troubles)


def _paper(told: Mapping[str, Any]) -> Paper:
    rows = tuple(tuple(map(str, row)) for row in told["rows"])
    return Paper(str(told["found"]), str(told["kind"]), int(told["pages"]), rows)


PAPERS = Probe(Papers, ask, parse, takes_trouble=True)

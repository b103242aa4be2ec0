"""The sheet says which part was really fitted."""

import re

from checks.documents.certainty import sure_of
from checks.documents.demand import Documents, find_piece
from checks.documents.facts.papers import Papers
from checks.documents.forms import find_block, find_value
from checks.hardware.demand import Hardware
from checks.hardware.facts.hardware import Memory
from labctl.api import Match, Mismatch, NotAsked, Plan, _, check

FIELD = "pieces_changees"


@check(
    "K-030",
    asks=(Hardware, Documents, Plan),
    needs=(Papers, Memory),
    after=("K-017", "K-022"),
    each="on",
    face="windows",
)
def check_part_is_noted(
    asked: Hardware, documents: Documents, plan: Plan, papers: Papers, memory: Memory
) -> Match:
    """La fiche d'intervention porte la référence de la barrette vraiment posée."""
    piece = find_piece(documents, plan, "sheet")
    if FIELD not in piece.fields:
        raise NotAsked(_("le sujet ne le demande pas"))
    paper = papers.need(piece, documents, plan)
    noted = find_block(paper.rows, FIELD, piece.fields) or find_value(
        paper.rows, FIELD, piece.fields
    )
    wanted = asked.addition.module.part
    fitted = [module.part for module in memory.modules if _fold(module.part) == _fold(wanted)]
    with sure_of(paper):
        if not any(_fold(part) in _fold(noted) for part in fitted):
            raise Mismatch(
                _("pièces changées : « %(said)s », la barrette posée est %(part)s")
                % {"said": noted, "part": wanted},
                expected=wanted,
                found=noted,
            )
    return Match(wanted, noted)


def _fold(text: str) -> str:
    """Return a reference as it is compared: without the blanks and dashes of a label."""
    return re.sub(r"[\s_-]", "", text).casefold()

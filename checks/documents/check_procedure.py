"""What a procedure is made of, for information: whether it is clear, the jury says."""

import re
from collections.abc import Iterator

from checks.documents.certainty import require_told, say_untold
from checks.documents.demand import Contents, Documents, find_piece
from checks.documents.facts.papers import LEAST, Paper, Papers, spell
from labctl.api import (
    Expectation,
    Match,
    NotAsked,
    Plan,
    _,
    check,
    denial,
    truth,
)

_STEP = re.compile(
    r"(?:^|(?<=\s))(?:(?:étape|etape|step)\s*n?[°º]?\s*\w+"
    r"|\(?(?:\d{1,2}|[a-h])(?:\s*[.)](?!\d)|\s+[:/-](?=\s|$))"
    r"|\d{1,2}\s*[\u20e3\ufffd]|[\u2460-\u2473\u2776-\u277f])",
    re.IGNORECASE,
)
"""A number that was typed: « Étape 1 », « 1. », « 2) », « b) », « 3 : », « ④ »."""
_NUMBER = re.compile(r"\d{1,2}")
_SECRET = re.compile(r"(?<!\w)\*{3}(?!\w)")
"""What evidence has in place of a secret of the bench (``Paper.text``)."""


@check("K-123", asks=(Documents, Plan), needs=Papers)
def check_procedure_contents(asked: Documents, plan: Plan, papers: Papers) -> Match:
    """La procédure a titres et étapes, nomme ce qui est demandé et ne porte aucun mot de passe."""
    piece = find_piece(asked, plan, "guide")
    if piece.contents is None:
        raise NotAsked(_("le sujet ne le demande pas"))
    paper = papers.need(piece, asked, plan)
    is_secret = denial(
        _("mot de passe du sujet écrit"),
        _("%(name)s porte un mot de passe du sujet") % {"name": piece.name},
        found=bool(_SECRET.search(paper.text)),
    )
    return require_told([(is_secret, ""), *_judge(piece.contents, paper)])


def _judge(wanted: Contents, paper: Paper) -> Iterator[tuple[Expectation, str]]:
    """Yield each point, with what makes it unsure that it does not hold, as the format has it."""
    untold = say_untold(paper)
    is_text = "steps" in paper.counts  # what lays out pages alone keeps no headings and no lists
    typed = sum(_count_typed(row) for row in paper.rows)
    for subject, least, count in (
        (_("titres"), wanted.headings, paper.counts.get("headings", 0)),
        (_("étapes numérotées"), wanted.steps, paper.counts.get("steps", 0) + typed),
        (_("images"), wanted.images, paper.counts.get("images", 0)),
    ):
        problem = _("%(what)s : %(count)d, au moins %(least)d demandées")
        words = {"what": subject, "count": count, "least": least}
        yield (
            truth(f"{subject} ({count})", problem % words, holds=count >= least),
            "" if is_text else untold,
        )
    is_whole = len(paper.text) >= LEAST and not (
        paper.counts.get("images", 0) or paper.counts.get("boxes", 0)
    )
    for name in wanted.names:
        named = {"name": name}
        subject, problem = _("« %(name)s » nommé"), _("« %(name)s » n'est pas écrit")
        yield (
            truth(subject % named, problem % named, holds=_says(paper, name)),
            "" if is_whole else untold,
        )


def _count_typed(row: tuple[str, ...]) -> int:
    """Return how many numbers of steps are typed in a row; one alone in its cell is one too."""
    is_alone = len(row) > 1 and bool(_NUMBER.fullmatch(row[0].strip()))
    return is_alone + sum(len(_STEP.findall(cell)) for cell in row)


def _says(paper: Paper, name: str) -> bool:
    """Tell whether a document names something, also over the end of a line."""
    wanted = re.compile(rf"(?<!\w){re.escape(spell(((name,),)))}(?!\w)", re.IGNORECASE)
    return any(wanted.search(paper.text.replace("\n", space)) for space in ("\n", " ", ""))

"""What the grids of a jury say of a candidate, a line each, whatever the format."""

from collections.abc import Iterator

from labctl.core.i18n import _, about
from labctl.core.untrusted import one_line
from labctl.grade.jury import JuryCandidate, JuryGrid, PhaseFact
from labctl.grade.sheet import is_helped
from labctl.reports.rows import HELPED, NOT_OBSERVED, SIGNS, list_notices
from labctl.spec.observed import Unread

MOST_OF_A_FACT = 240


def say_fact(fact: PhaseFact) -> str:
    """Return a fact on one line: verdict, check, what was found, evidence, phase."""
    one = fact.verdict
    word = _("aidé") if is_helped(one) else _(one.verdict.value)
    if one.assisted and not is_helped(one):
        word = word + " (" + _("aidé") + ")"
    found = one.message or (about(one.label, one.found) if one.found else one.label)
    pieces = " ".join(f"#{reference.seq}" for reference in one.evidence[:3])
    numbers = ", ".join(map(str, fact.exam_phases))
    phase = _("phase %(numbers)s") % {"numbers": numbers}
    proof = f" [{phase}{' ; ' + pieces if pieces else ''}]"
    sign = HELPED if is_helped(one) else SIGNS[one.verdict]
    return one_line(f"{sign} {word} {one.check} {found}", MOST_OF_A_FACT) + proof


def say_unread(unread: Unread) -> str:
    """Return what is asked and read by no check."""
    return about(_(NOT_OBSERVED), unread.label)


def say_remarks(candidate: JuryCandidate) -> Iterator[str]:
    """Yield what must be known before the facts."""
    yield from candidate.examined.remarks
    for phase, sheet in sorted(candidate.examined.sheets.items()):
        for notice in list_notices(sheet):
            yield about(_("phase %(number)d") % {"number": phase}, notice)


def say_heads(grid: JuryGrid, candidate: JuryCandidate) -> Iterator[str]:
    """Yield the digests that a person compares: of the journal, of the evidence of each phase."""
    yield _("empreinte du journal de la session : %(head)s") % {"head": grid.head}
    for phase, head in candidate.heads.items():
        said = _("empreinte des preuves de la phase %(number)d : %(head)s")
        yield said % {"number": phase, "head": head}

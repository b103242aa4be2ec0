"""Points of the training mode: normalised per critère, then per compétence, never across them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import Blocked, Points

SCALE = Decimal(20)
CENTS = 100
"""Parts of a point: marks are rounded to one of them."""
EARNING = frozenset({Verdict.CONFORM, Verdict.NON_CONFORM, Verdict.BLOCKED})
"""The last two may earn a part."""


@dataclass(frozen=True, slots=True)
class Share:
    """Exact parts, 0 to 1: surely earned, and earned if every « non vérifiable » conformed."""

    least: Fraction
    most: Fraction


def share_of(
    verdicts: Iterable[CheckVerdict], outside: int = 0, blocked: Blocked = Blocked.PENDING
) -> Share | None:
    """Return what the checks of one critère earn; None when none of them counts.

    Every check asked counts for its weight, whatever became of it: the maximum never moves. The
    machines that a check is judged for share its weight.
    ``outside`` is the weight of those that a partial run does not judge: they may still conform.
    What the failure of another check keeps from being judged is pending, or does not count.
    What was done after help earns nothing.
    """
    found = tuple(verdicts)
    machines = Counter(verdict.check for verdict in found)
    asked = [
        (verdict, Fraction(verdict.weight, machines[verdict.check]))
        for verdict in found
        if verdict.verdict is not Verdict.NOT_APPLICABLE
    ]
    total = sum((weight for _verdict, weight in asked), Fraction(outside))
    if blocked is Blocked.NEUTRAL:
        total -= sum(Fraction(verdict.waiting) * weight for verdict, weight in asked)
    if not total:
        return None
    least = sum((_earned(verdict) * weight for verdict, weight in asked), Fraction(0))
    pending = sum((_pending(verdict, blocked) * weight for verdict, weight in asked), Fraction(0))
    return Share(least / total, (least + pending + outside) / total)


def mean_of(shares: Iterable[Share | None]) -> Share | None:
    """Return the mean of critères, each counting the same; None when no machine saw any."""
    known = [share for share in shares if share]
    if not known:
        return None
    return Share(
        sum((share.least for share in known), Fraction(0)) / len(known),
        sum((share.most for share in known), Fraction(0)) / len(known),
    )


def in_points(share: Share | None) -> Points | None:
    """Return a part as points out of 20, rounded here and nowhere else, half up."""
    if share is None:
        return None
    least, most = _round(share.least), _round(share.most)
    return Points(SCALE, least, most - least)


def _earned(verdict: CheckVerdict) -> Fraction:
    """Return the part of its weight that a verdict earns."""
    if verdict.assisted or verdict.verdict not in EARNING:
        return Fraction(0)
    return Fraction(verdict.earned)


def _pending(verdict: CheckVerdict, blocked: Blocked) -> Fraction:
    """Return the part of its weight that a verdict may still earn."""
    if verdict.assisted:
        return Fraction(0)
    if verdict.verdict is Verdict.UNVERIFIABLE:
        return Fraction(1)
    return Fraction(verdict.waiting) if blocked is Blocked.PENDING else Fraction(0)


def _round(part: Fraction) -> Decimal:
    """Return a part as points."""
    return round_up(part * Fraction(SCALE))


def round_up(points: Fraction) -> Decimal:
    """Return points to a cent, half a cent up."""
    return Decimal(floor(points * CENTS + Fraction(1, 2))).scaleb(-2)

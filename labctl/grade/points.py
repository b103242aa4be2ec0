"""Points of the training mode: normalised per critère, then per compétence, never across them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import Blocked, Points

SCALE = Decimal(20)
CENT = Decimal("0.01")
EARNING = frozenset({Verdict.CONFORM, Verdict.NON_CONFORM, Verdict.BLOCKED})
"""The last two may earn a part."""


@dataclass(frozen=True, slots=True)
class Share:
    """Exact parts, 0 to 1: surely earned, and earned if every « non vérifiable » conformed."""

    least: Decimal
    most: Decimal


def share_of(
    verdicts: Iterable[CheckVerdict], outside: int = 0, blocked: Blocked = Blocked.PENDING
) -> Share | None:
    """Return what the checks of one critère earn; None when none of them counts.

    Every check asked counts for its weight, whatever became of it: the maximum never moves.
    ``outside`` is the weight of those that a partial run does not judge: they may still conform.
    What the failure of another check keeps from being judged is pending, or does not count.
    What was done after help earns nothing.
    """
    asked = [verdict for verdict in verdicts if verdict.verdict is not Verdict.NOT_APPLICABLE]
    total = sum((Decimal(verdict.weight) for verdict in asked), Decimal(outside))
    waiting = sum((verdict.waiting * verdict.weight for verdict in asked), Decimal(0))
    if blocked is Blocked.NEUTRAL:
        total -= waiting
    if not total:
        return None
    least = sum(_earned(verdict) for verdict in asked)
    pending = sum((_pending(verdict, blocked) for verdict in asked), Decimal(outside))
    return Share(least / total, (least + pending) / total)


def mean_of(shares: Iterable[Share | None]) -> Share | None:
    """Return the mean of critères, each counting the same; None when no machine saw any."""
    known = [share for share in shares if share]
    if not known:
        return None
    count = Decimal(len(known))
    return Share(
        sum((share.least for share in known), Decimal(0)) / count,
        sum((share.most for share in known), Decimal(0)) / count,
    )


def in_points(share: Share | None) -> Points | None:
    """Return a part as points out of 20, rounded here and nowhere else, half up."""
    if share is None:
        return None
    least, most = _round(share.least * SCALE), _round(share.most * SCALE)
    return Points(SCALE, least, most - least)


def _earned(verdict: CheckVerdict) -> Decimal:
    if verdict.assisted or verdict.verdict not in EARNING:
        return Decimal(0)
    return verdict.earned * verdict.weight


def _pending(verdict: CheckVerdict, blocked: Blocked) -> Decimal:
    if verdict.assisted:
        return Decimal(0)
    if verdict.verdict is Verdict.UNVERIFIABLE:
        return Decimal(verdict.weight)
    return verdict.waiting * verdict.weight if blocked is Blocked.PENDING else Decimal(0)


def _round(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)

"""What a check expects, point by point: typed comparison, one French sentence for each miss."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labctl.core.i18n import _, about
from labctl.core.verdict import Match, Mismatch, Reason

SHOWN_POINTS = 12
"""How many points of a check that conforms are spelled out."""


class Undecided(Exception):
    """The facts do not tell: the observer was not fit, so the check is « non vérifiable »."""

    def __init__(self, detail: str, reason: Reason = Reason.PROTOCOL) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason


class NotAsked(Exception):
    """The subject asks nothing of what this check looks at: it is « sans objet »."""


class Hindered(Exception):
    """All that is wrong is the matter of other checks, which it names.

    ``earned`` is the part of the points that holds, ``waiting`` the part that is not judged.
    """

    def __init__(self, message: str, by: Iterable[str], earned: Decimal, waiting: Decimal) -> None:
        super().__init__(message)
        self.by = tuple(sorted(set(by)))
        self.earned = earned
        self.waiting = waiting


@dataclass(frozen=True, slots=True)
class Expectation:
    """One point of a check: ``found`` must equal ``wanted``, as values and never as text.

    ``problem`` replaces the sentence « sujet : attendu …, trouvé … ». The failure of a ``gate``
    leaves nothing to earn. What holds on a bench nobody touched must not earn: ``earns`` false.
    ``hindered_by`` names the checks (``partly_after``) whose failure explains that the point does
    not hold: it is then no failure of this check, and its part of the points waits.
    """

    subject: str
    wanted: object
    found: object
    problem: str = ""
    gate: bool = False
    earns: bool = True
    hindered_by: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether the point is as expected."""
        return self.wanted == self.found

    @property
    def is_hindered(self) -> bool:
        """Tell whether the point does not hold, and what it lacks is another check's matter."""
        return bool(self.hindered_by) and not self.holds


def truth(
    subject: str, problem: str, *, holds: bool, gate: bool = False, earns: bool = True
) -> Expectation:
    """Return the expectation that something is so; ``problem`` is the sentence when it is not.

    People read « subject : oui »: the subject says what is so, and never its contrary.
    """
    return Expectation(subject, True, holds, problem, gate=gate, earns=earns)  # noqa: FBT003


def denial(
    subject: str, problem: str, *, found: bool, gate: bool = False, earns: bool = True
) -> Expectation:
    """Return the expectation that something is not so, which people read « subject : non »."""
    return Expectation(subject, False, found, problem, gate=gate, earns=earns)  # noqa: FBT003


def require(expectations: Iterable[Expectation], *, partial: bool = True) -> Match:
    """Return what holds, in words, for the check to return.

    Raise Mismatch when a point does not hold; it earns the fraction of those that do.

    With ``partial`` false a single miss earns nothing: a wall with one hole is no wall.
    No point at all means that the subject does not ask for it, and raises NotAsked.
    Raise Hindered when other checks explain every point that does not hold.
    """
    points = tuple(expectations)
    if not points:
        raise NotAsked(_("le sujet ne le demande pas"))
    hindered = [point for point in points if point.is_hindered]
    missed = [point for point in points if not point.holds and not point.is_hindered]
    by = [name for point in hindered for name in point.hindered_by]
    if missed:
        raise Mismatch(
            _(" ; ").join(_sentence(point) for point in missed),
            expected=_column(missed, [say(point.wanted) for point in missed]),
            found=_column(missed, [say(point.found) for point in missed]),
            earned=_earned(points) if partial else Decimal(0),
            waiting=_waiting(points) if partial else Decimal(0),
            hindered_by=by,
        )
    if hindered:
        raise Hindered(
            _(" ; ").join(_sentence(point) for point in hindered),
            by,
            _earned(points) if partial else Decimal(0),
            _waiting(points) if partial else Decimal(1),
        )
    return Match(
        _shown(points, [say(point.wanted) for point in points]),
        _shown(points, [say(point.found) for point in points]),
    )


def fraction(good: int, total: int) -> Decimal:
    """Return the part of the points that so many good things out of a total earn."""
    return Decimal(good) / Decimal(total) if total else Decimal(0)


def say(value: object) -> str:
    """Return a value as a candidate reads it: sets sorted, booleans in words, « rien » for none."""
    if value is None:
        return _("rien")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, frozenset | set):
        return ", ".join(sorted((say(item) for item in value), key=_natural)) or _("rien")
    if isinstance(value, tuple | list):
        return ", ".join(say(item) for item in value) or _("rien")
    text = _(value.value) if isinstance(value, StrEnum) else str(value)
    return text or _("rien")


def _sentence(point: Expectation) -> str:
    if point.problem:
        return point.problem
    return _("%(subject)s : attendu %(wanted)s, trouvé %(found)s") % {
        "subject": point.subject,
        "wanted": say(point.wanted),
        "found": say(point.found),
    }


def _column(points: Sequence[Expectation], values: Sequence[str]) -> str:
    if len(points) == 1:
        return values[0]
    return _(" ; ").join(
        about(point.subject, value) for point, value in zip(points, values, strict=True)
    )


def _shown(points: Sequence[Expectation], values: Sequence[str]) -> str:
    """Return the column of the first points, each with its subject, and how many more there are."""
    if len(points) == 1:
        return about(points[0].subject, values[0])
    more = len(points) - SHOWN_POINTS
    if more <= 1:  # a last one takes no more room than its announcement
        return _column(points, values)
    text = _column(points[:SHOWN_POINTS], values[:SHOWN_POINTS])
    return text + _(" ; et %(count)d autres") % {"count": more}


def _earned(points: tuple[Expectation, ...]) -> Decimal:
    if _is_shut(points):
        return Decimal(0)
    counted = [point for point in points if point.earns]
    return fraction(sum(point.holds for point in counted), len(counted))


def _waiting(points: tuple[Expectation, ...]) -> Decimal:
    if _is_shut(points):
        return Decimal(0)
    counted = [point for point in points if point.earns]
    return fraction(sum(point.is_hindered for point in counted), len(counted))


def _is_shut(points: tuple[Expectation, ...]) -> bool:
    return any(point.gate and not point.holds and not point.is_hindered for point in points)


def _natural(text: str) -> tuple[int, int, str]:
    return (0, int(text), "") if text.isascii() and text.isdigit() else (1, 0, text)

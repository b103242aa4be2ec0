"""The course of an incident on a bench: when what happened, and what each look at it said."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from labctl.core.i18n import mark


class Told(StrEnum):
    """What a line of the verdict on an incident says."""

    YES = mark("oui")
    NO = mark("non")
    UNKNOWN = mark("non vérifiable")


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look said of an incident: line by line, and why not where it does not say yes.

    ``after_restart`` tells whether the power of the machines was cut just before.
    """

    at: str
    lines: dict[str, str]
    reasons: dict[str, tuple[str, ...]]
    after_restart: bool = False

    @property
    def told(self) -> Told:
        """Return what its lines say together: the worst of them."""
        found = set(self.lines.values())
        return next((one for one in (Told.NO, Told.UNKNOWN) if one.value in found), Told.YES)


@dataclass(frozen=True, slots=True)
class Course:
    """What became of one incident of a bench. Moments are RFC 3339, UTC, empty for what was not.

    ``ticket`` is its number for the candidate. ``shown`` is when its symptom was first observed,
    ``repaired`` when all four lines were first seen to say yes, ``helped`` when labctl applied the
    reference repair, or was seen to have made it disappear by a power cut: ``vanished`` then.
    ``hints`` were taken. ``trouble`` is why it could not be injected.
    """

    ticket: int
    id: str
    begun: str
    shown: str = ""
    repaired: str = ""
    undone: str = ""
    helped: str = ""
    hints: int = 0
    looks: tuple[Looked, ...] = ()
    trouble: str = ""
    vanished: str = ""

    @property
    def last(self) -> Looked | None:
        """Return the last look that no power cut came before, else the last of all."""
        return next(self._backwards(after_restart=False), self.looks[-1] if self.looks else None)

    @property
    def restarted(self) -> Looked | None:
        """Return the last look after a power cut, None when there was none."""
        return next(self._backwards(after_restart=True), None)

    def _backwards(self, *, after_restart: bool) -> Iterator[Looked]:
        return (one for one in reversed(self.looks) if one.after_restart is after_restart)

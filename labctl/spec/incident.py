"""An incident (« panne »): something broken that a candidate diagnoses and repairs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from labctl.core.i18n import mark
from labctl.core.ids import CheckId, NodeName
from labctl.spec.step import Step
from labctl.spec.watch import Watch


class LineName(StrEnum):
    """A line of the verdict on an incident, by the word that a file says for it."""

    SYMPTOM = "symptom"
    CAUSE = "cause"
    INTACT = "intact"
    SECURE = "security"
    LASTING = "restart"


LINE_WORDS = {
    LineName.SYMPTOM: mark("symptôme parti"),
    LineName.CAUSE: mark("cause réparée"),
    LineName.INTACT: mark("rien d'autre de cassé"),
    LineName.SECURE: mark("sécurité gardée"),
    LineName.LASTING: mark("tient après redémarrage"),
}
"""What each line says when it says yes, the four and that after a power cut."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a value is drawn: one of some, a number between two, or a free address of a segment."""

    one_of: tuple[str, ...] = ()
    between: tuple[int, int] | None = None
    unused_host: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """A way to repair it; ``leaves`` are the lines that a wrong one does not turn green."""

    label: str
    steps: tuple[Step, ...]
    leaves: tuple[LineName, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that steps change in a way that labctl cannot see: it is kept, and put back."""

    node: NodeName
    file: str
    face: str
    line: int

    def put(self, node: NodeName) -> "KeptFile":
        """Return the same on another machine."""
        return replace(self, node=node)

    def map(
        self,
        change: Callable[[str], str],
        in_pattern: Callable[[str], str] = str,  # noqa: ARG002  # it has none
    ) -> "KeptFile":
        """Return the file with each of its texts changed."""
        return replace(self, node=NodeName(change(self.node)), file=change(self.file))


@dataclass(frozen=True, slots=True)
class Hint:
    """What helps in training, and its price in points."""

    text: str
    price: int


@dataclass(frozen=True, slots=True)
class Trace:
    """What a jury may look at to see how it was repaired."""

    label: str
    node: NodeName
    argv: tuple[str, ...]
    cli: str
    face: str
    line: int

    def put(self, node: NodeName) -> "Trace":
        """Return the same on another machine."""
        return replace(self, node=node)

    def map(
        self,
        change: Callable[[str], str],
        in_pattern: Callable[[str], str] = str,  # noqa: ARG002  # it has none
    ) -> "Trace":
        """Return the trace with each of its texts changed."""
        argv = tuple(map(change, self.argv))
        return replace(self, node=NodeName(change(self.node)), argv=argv, cli=change(self.cli))


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as its file says it; ``${plan.…}`` and ``${drawn.…}`` are still to be resolved.

    ``changes`` are the checks that do not conform while it is there, with the reason; those of
    ``sometimes`` may conform all the same: it depends on the subject. Before it is injected,
    ``needs`` conform and what ``before`` looks at is healthy: that says nothing of its repair. What
    ``same`` looks at must answer word for word as before, or something else is broken. It cannot be
    there together with those it ``excludes``. Nothing is broken by a ``request`` of a user: what is
    asked for is simply not there yet. ``points`` are for training.
    """

    id: str
    topic: str
    title: str
    says: str
    level: int
    minutes: int
    points: int
    needs: tuple[CheckId, ...]
    draw: dict[str, Choice]
    symptom: tuple[Watch, ...]
    cause: tuple[Watch, ...]
    changes: dict[CheckId, str]
    sometimes: frozenset[CheckId]
    keeps: tuple[KeptFile, ...]
    inject: tuple[Step, ...]
    undo: tuple[Step, ...]
    repairs: tuple[Repair, ...]
    wrong_repairs: tuple[Repair, ...]
    survives_restart: bool
    excludes: tuple[str, ...]
    hints: tuple[Hint, ...]
    questions: tuple[str, ...]
    traces: tuple[Trace, ...]
    file: str
    request: bool = False
    same: tuple[Watch, ...] = ()
    before: tuple[Watch, ...] = ()

    @property
    def watches(self) -> tuple[Watch, ...]:
        """Return what tells that it is there: symptom and cause."""
        return (*self.symptom, *self.cause)

    @property
    def looks(self) -> tuple[Watch, ...]:
        """Return all that is looked at besides the checks of the bench."""
        return (*self.watches, *self.same)

    @property
    def looks_before(self) -> tuple[Watch, ...]:
        """Return all that is looked at besides the checks before it is injected."""
        return (*self.before, *self.looks)

    @property
    def is_by_hand(self) -> bool:
        """Tell whether a technician breaks something by hand."""
        return any(step.instruction for step in self.inject)

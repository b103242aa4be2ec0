"""Verdicts: what a check may say, and why it could not say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labctl.core.i18n import mark


class Verdict(StrEnum):
    """The five answers of a check (docs/adr/0004-five-verdicts.md)."""

    CONFORM = mark("conforme")
    NON_CONFORM = mark("non conforme")
    UNVERIFIABLE = mark("non vérifiable")
    BLOCKED = mark("bloqué")
    NOT_APPLICABLE = mark("sans objet")


class Reason(StrEnum):
    """Why a verdict is UNVERIFIABLE."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    OUTPUT_LIMIT = "output_limit"
    NO_EXIT_STATUS = "no_exit_status"
    PROTOCOL = "protocol"
    TAMPER = "tamper"
    SPEC = "spec"
    DEPENDENCY = "dependency"


@dataclass(frozen=True, slots=True)
class Unobserved:
    """In place of a fact: the question could not be asked, or its answer not understood."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Match:
    """A right answer, in words: what was expected, and what was found."""

    expected: str
    found: str


class Mismatch(AssertionError):
    """A wrong answer: what was expected, what was found, and the part of the points it earns.

    ``waiting`` is the part that the failure of the checks ``hindered_by`` keeps from being judged.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: object = "",
        found: object = "",
        earned: Decimal = Decimal(0),
        waiting: Decimal = Decimal(0),
        hindered_by: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.expected = str(expected)
        self.found = str(found)
        self.earned = earned
        self.waiting = waiting
        self.hindered_by = tuple(sorted(set(hindered_by)))


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """Where a verdict comes from: one answer in the evidence bundle.

    ``seq`` is the number of its record in the chain, ``digest`` the SHA-256 of the raw output.
    """

    node: str
    question: str
    at: str  # RFC 3339, UTC
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """What one check said of one bench; texts are French and may hold untrusted bytes as text.

    ``machine`` is the one that was judged, empty where the check is about the bench as a whole.
    ``earned`` is the part of the check's points, 0 to 1; ``waiting`` the part that the failure of
    another check keeps from being judged. Both mean something in training only.
    """

    check: str  # K-071
    criterion: str  # 6.1
    label: str
    weight: int
    verdict: Verdict
    reason: Reason | None = None
    message: str = ""
    expected: str = ""
    found: str = ""
    earned: Decimal = Decimal(0)
    assisted: bool = False
    blocked_by: tuple[str, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    waiting: Decimal = Decimal(0)
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """A check of the route that a run does not judge: not asked for, or its facts not collected."""

    check: str
    criterion: str
    label: str
    weight: int


@dataclass(frozen=True, slots=True)
class Restart:
    """A power cut that a collection came after.

    ``before`` is the name of the run that looked before it, empty when none did. ``trouble`` says
    what was not ready again in time. ``lost`` are the checks that conformed before and do not now.
    """

    machines: tuple[str, ...]
    before: str = ""
    trouble: str = ""
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExamStamp:
    """Where in an exam something took place.

    ``exam_phase`` is the phase of the bench that began last, 0 before its first; ``head`` that of
    the chain of the session's journal then.
    """

    session: str
    route: str  # a name of the référentiel
    exam_phase: int
    head: str


@dataclass(frozen=True, slots=True)
class Help:
    """The reference solution, or that of one lot, applied to a bench: who did it, when and why.

    ``at`` is RFC 3339, UTC. Without a ``lot`` it was the whole solution; ``topics`` are those of
    the lot. ``stamp`` is None outside a session.
    """

    at: str
    by: str
    reason: str = ""
    lot: str = ""
    title: str = ""
    topics: tuple[str, ...] = ()
    stamp: ExamStamp | None = None

    def covers(self, topic: str) -> bool:
        """Tell whether it did what a topic asks."""
        return not self.lot or topic in self.topics


@dataclass(frozen=True, slots=True)
class Broken:
    """A check of what was delivered working, and does not conform any more."""

    check: str
    label: str
    verdict: Verdict
    message: str
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a reader must know of a run before its verdicts.

    ``only`` are the checks that were named (none: all of the route). ``helps`` are the solutions
    that were applied to the bench. ``source`` is the folder of the run whose evidence was judged
    anew, empty when the run has its own. ``restart`` is None when nobody looked whether what was
    done survives a restart. ``stamp`` is None outside a session. ``broken`` is what was delivered
    working and does not work any more. ``unseen`` are the checks that read a product in a way that
    no recording of a real one shows yet.
    """

    partial: bool = False
    only: tuple[str, ...] = ()
    outside: tuple[Outside, ...] = ()
    helps: tuple[Help, ...] = ()
    source: str = ""
    restart: Restart | None = None
    stamp: ExamStamp | None = None
    broken: tuple[Broken, ...] = ()
    unseen: tuple[str, ...] = ()


WHOLE = Provenance()
"""Of a run that was collected whole, without help, and judged then."""


@dataclass(frozen=True, slots=True)
class BenchVerdicts:
    """The verdicts of one bench, in catalogue order; the document ``verdicts.json``."""

    bench: int
    variant: str
    cahier: str
    isolation: str  # "namespace", "container" or "vm"
    collected_at: str
    plan_digest: str
    evidence_head: str  # digest of the last record of the chain
    verdicts: tuple[CheckVerdict, ...]
    workstation: str = ""  # what a room calls it
    is_simulated: bool = False  # a machine of the bench imitates a product
    provenance: Provenance = WHOLE

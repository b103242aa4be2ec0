"""The grade sheet of one bench (« relevé »): facts beside each critère, never a decision."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labctl.core.i18n import mark
from labctl.core.verdict import WHOLE, CheckVerdict, Provenance
from labctl.spec.observed import Unread

SCHEMA = "labctl/gradesheet/v1"
ASSISTED = mark("aidé")
"""What conforms after help reads in every report, and is counted as."""


class Mode(StrEnum):
    """In an exam facts only: no point exists anywhere in the document."""

    EXAM = mark("examen")
    TRAINING = mark("formation")


class Blocked(StrEnum):
    """What becomes, in training, of points that another check's failure keeps from being judged."""

    PENDING = mark("attente")  # neither earned nor lost: the mark is an interval
    NEUTRAL = mark("neutre")  # they do not count: the others make the whole mark


@dataclass(frozen=True, slots=True)
class Points:
    """Training only: what was earned, and what could still be (« non vérifiable », « bloqué »)."""

    maximum: Decimal
    awarded: Decimal
    pending: Decimal


@dataclass(frozen=True, slots=True)
class Learner:
    """Who sat at a bench in training; in an exam the number of the bench stands for the person."""

    name: str
    number: str = ""  # what the centre, or its Moodle, knows the person by
    group: str = ""


@dataclass(frozen=True, slots=True)
class CriterionSheet:
    """One critère, verbatim, with the verdicts of its checks (none: the jury alone sees it).

    ``unread`` is what the cahier asks for it and no check reads.
    """

    id: str  # 6.2
    wording: str
    verdicts: tuple[CheckVerdict, ...]
    points: Points | None
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class CompetencySheet:
    """One compétence with its critères, in official order."""

    number: int | str  # 6, or a code of the référentiel
    title: str
    modalities: tuple[str, ...]
    criteria: tuple[CriterionSheet, ...]
    points: Points | None


@dataclass(frozen=True, slots=True)
class GradeSheet:
    """Everything a report prints of one bench."""

    schema: str
    mode: Mode
    route: str  # a name of the référentiel
    bench: int
    variant: str
    cahier: str
    title: str
    company: str
    isolation: str
    collected_at: str
    plan_digest: str
    evidence_head: str
    counts: dict[str, int]  # verdict → how many
    competencies: tuple[CompetencySheet, ...]
    workstation: str = ""  # what a room calls it
    is_simulated: bool = False  # a machine of the bench imitates a product
    provenance: Provenance = WHOLE
    blocked: Blocked = Blocked.PENDING
    exam: str = ""  # title of the référentiel
    unread: tuple[Unread, ...] = ()  # asked, read by no check, for no critère
    learner: Learner | None = None  # training only

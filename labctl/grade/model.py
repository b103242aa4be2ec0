"""The grade sheet of one bench (« relevé »): facts beside each critère, never a decision."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from labctl.core.i18n import mark
from labctl.core.incident import Told
from labctl.core.verdict import WHOLE, CheckVerdict, Provenance
from labctl.spec.incident import LineName
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
    """Who sat at a bench in training; in an exam the number of the bench stands for the person.

    ``since`` is when they were seated there, RFC 3339, empty where nobody noted it.
    """

    name: str
    number: str = ""  # what the centre, or its Moodle, knows the person by
    group: str = ""
    since: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LineSheet:
    """One line of the verdict on an incident, and why it does not say yes, what broke by name."""

    name: LineName
    told: Told
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HintSheet:
    """A hint that was taken, and in training its price."""

    text: str
    price: int


@dataclass(frozen=True, slots=True)
class WindowSheet:
    """A window that the candidate opened on a machine."""

    at: str
    machine: str


@dataclass(frozen=True, slots=True)
class IncidentSheet:
    """What became of an incident that the candidate had: facts and moments, never one verdict.

    Moments are RFC 3339, empty for what did not happen, as in ``labctl.core.incident.Course``.
    ``criteria`` are those of the route that it enlightens, ``lines`` those of the look at
    ``looked``, ``lasting`` what was seen after a power cut: None when nobody looked, or when that
    cut is what made it disappear. ``windows`` were opened while it was there.
    """

    ticket: int
    id: str
    title: str
    criteria: tuple[str, ...]
    begun: str
    shown: str
    repaired: str
    undone: str
    helped: str
    looked: str
    lines: tuple[LineSheet, ...]
    is_workaround: bool
    trouble: str = ""  # why it could not be injected
    lasting: LineSheet | None = None
    windows: tuple[WindowSheet, ...] = ()
    hints: tuple[HintSheet, ...] = ()
    points: Points | None = None
    vanished: str = ""  # when a power cut of labctl's was seen to have made it disappear

    @property
    def is_there(self) -> bool:
        """Tell whether its cause may still be on the bench, as far as anybody looked."""
        found = next((one.told for one in self.lines if one.name is LineName.CAUSE), Told.NO)
        return not self.undone and found is not Told.YES

    @property
    def repaired_s(self) -> int | None:
        """Return the seconds from the symptom to the repair; None where labctl did it, or nobody.

        The repair counts from the look that saw it.
        """
        if not self.repaired or not self.shown or (self.helped and self.helped <= self.repaired):
            return None
        spent = datetime.fromisoformat(self.repaired) - datetime.fromisoformat(self.shown)
        return int(spent.total_seconds())


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
    incidents: tuple[IncidentSheet, ...] = ()

    @property
    def own_incidents(self) -> tuple[IncidentSheet, ...]:
        """Return the incidents of the learner: others are of whoever sat there before."""
        since = self.learner.since if self.learner else ""
        if not since:
            return self.incidents
        sat = datetime.fromisoformat(since)
        return tuple(
            one for one in self.incidents if datetime.fromisoformat(one.shown or one.begun) >= sat
        )

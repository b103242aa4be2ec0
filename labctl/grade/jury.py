"""The grid of a jury: per candidate, activity and compétence, facts beside decisions left empty.

It holds no decision, no point and no count that could be taken for a mark: a person decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labctl.core.verdict import CheckVerdict
from labctl.grade.model import CompetencySheet, GradeSheet, IncidentSheet
from labctl.spec.observed import Unread
from labctl.spec.referential import Referential, find_route


@dataclass(frozen=True, slots=True)
class PhaseFact:
    """A verdict, and the phases of the exam in which it was observed, the same in all of them."""

    exam_phases: tuple[int, ...]
    verdict: CheckVerdict


@dataclass(frozen=True, slots=True)
class JuryCriterion:
    """One critère, verbatim, with its facts (none: the jury alone sees it).

    ``incidents`` are those that enlighten it.
    """

    id: str
    wording: str
    facts: tuple[PhaseFact, ...]
    unread: tuple[Unread, ...]
    incidents: tuple[IncidentSheet, ...] = ()


@dataclass(frozen=True, slots=True)
class JuryCompetency:
    """One compétence of the route; whether it is acquired is for the jury to say."""

    number: int | str
    title: str
    modalities: tuple[str, ...]
    criteria: tuple[JuryCriterion, ...]


@dataclass(frozen=True, slots=True)
class JuryActivity:
    """One activité type with its compétences on this route: what a certificate is of."""

    number: int | str
    title: str
    competencies: tuple[JuryCompetency, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """Who sat at a bench, and the sheets of their runs, by phase of the exam.

    ``remarks`` is what the jury must know before the facts: phases that did not take place or that
    nothing was observed of, what happened in the room, time given back. ``incidents`` are those
    that the candidate diagnosed and repaired.
    """

    bench: int
    name: str
    number: str
    route: str
    jury: str
    sheets: Mapping[int, GradeSheet]
    remarks: tuple[str, ...] = ()
    incidents: tuple[IncidentSheet, ...] = ()


@dataclass(frozen=True, slots=True)
class JuryCandidate:
    """The grid of one candidate; ``heads`` name the evidence of each phase."""

    examined: Examined
    route_title: str
    activities: tuple[JuryActivity, ...]
    heads: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class JuryGrid:
    """The grids of a session; ``head`` is that of its journal."""

    session: str
    title: str
    day: str
    exam: str
    head: str
    candidates: tuple[JuryCandidate, ...]

    @property
    def competencies(self) -> tuple[int | str, ...]:
        """Return the compétences of any candidate, in official order."""
        found = (
            competency.number
            for candidate in self.candidates
            for activity in candidate.activities
            for competency in activity.competencies
        )
        return tuple(dict.fromkeys(found))


def build_candidate(examined: Examined, referential: Referential) -> JuryCandidate:
    """Return the grid of one candidate: the compétences of the route, whatever was observed."""
    route = find_route(referential, examined.route)
    scope = set(referential.scope(route))
    activities = [
        JuryActivity(
            activity.number,
            activity.title,
            tuple(
                _competency(examined, referential, number, route.modalities(number))
                for number in activity.competencies
                if number in scope
            ),
        )
        for activity in referential.activities
    ]
    return JuryCandidate(
        examined,
        route.title,
        tuple(activity for activity in activities if activity.competencies),
        {phase: sheet.evidence_head for phase, sheet in sorted(examined.sheets.items())},
    )


def _competency(
    examined: Examined, referential: Referential, number: int | str, modalities: tuple[str, ...]
) -> JuryCompetency:
    official = referential.competency(number)
    seen = [
        (phase, one)
        for phase, sheet in sorted(examined.sheets.items())
        for one in sheet.competencies
        if one.number == number
    ]
    criteria = tuple(
        JuryCriterion(
            criterion.id,
            criterion.wording,
            _facts(seen, criterion.id),
            tuple(
                dict.fromkeys(unread for _p, one in seen for unread in _unread(one, criterion.id))
            ),
            tuple(one for one in examined.incidents if criterion.id in one.criteria),
        )
        for criterion in official.criteria
    )
    return JuryCompetency(number, official.title, modalities, criteria)


def _facts(seen: Sequence[tuple[int, CompetencySheet]], criterion_id: str) -> tuple[PhaseFact, ...]:
    """Return the verdicts of a critère, once where a later phase says the same."""
    found: dict[tuple[object, ...], PhaseFact] = {}
    for phase, sheet in seen:
        for criterion in sheet.criteria:
            for one in criterion.verdicts if criterion.id == criterion_id else ():
                said = (one.check, one.machine, one.verdict, one.message, one.found, one.assisted)
                before = found.get(said)
                phases = (*before.exam_phases, phase) if before else (phase,)
                found[said] = PhaseFact(phases, one)
    return tuple(sorted(found.values(), key=lambda fact: fact.verdict.check))


def _unread(sheet: CompetencySheet, criterion_id: str) -> Iterator[Unread]:
    for criterion in sheet.criteria:
        if criterion.id == criterion_id:
            yield from criterion.unread

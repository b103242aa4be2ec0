"""Verdicts → grade sheet: facts beside each official critère, points in training only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from labctl.core.verdict import BenchVerdicts, CheckVerdict, Outside, Provenance, Verdict
from labctl.grade.incident import without_price
from labctl.grade.model import (
    ASSISTED,
    SCHEMA,
    Blocked,
    CompetencySheet,
    CriterionSheet,
    GradeSheet,
    IncidentSheet,
    Learner,
    Mode,
)
from labctl.grade.points import in_points, mean_of, share_of
from labctl.spec.observed import Unread
from labctl.spec.referential import Competency, Criterion, Referential, Route, find_route


@dataclass(frozen=True, slots=True)
class Frame:
    """What a sheet is printed within: mode, route, and the client of the subject.

    ``unread`` is what the cahier asks and no check reads, by critère, "" for none. ``learner`` is
    left out in an exam. ``incidents`` are those of the bench.
    """

    mode: Mode
    route: str
    title: str
    company: str
    blocked: Blocked = Blocked.PENDING
    unread: Mapping[str, tuple[Unread, ...]] = field(default_factory=dict)
    learner: Learner | None = None
    incidents: tuple[IncidentSheet, ...] = ()


def build_sheet(verdicts: BenchVerdicts, referential: Referential, frame: Frame) -> GradeSheet:
    """Return the sheet of one bench: every critère of the route, with what was observed of it.

    Raises UsageError for a route the référentiel does not have.
    """
    route = find_route(referential, frame.route)
    shown, provenance = verdicts.verdicts, verdicts.provenance
    if frame.mode is not Mode.TRAINING:  # what weighs nothing has no points
        shown, provenance = tuple(map(_without_weight, shown)), _without_weights(provenance)
    left = provenance.outside
    return GradeSheet(
        schema=SCHEMA,
        mode=frame.mode,
        route=frame.route,
        bench=verdicts.bench,
        variant=verdicts.variant,
        cahier=verdicts.cahier,
        title=frame.title,
        company=frame.company,
        isolation=verdicts.isolation,
        collected_at=verdicts.collected_at,
        plan_digest=verdicts.plan_digest,
        evidence_head=verdicts.evidence_head,
        counts=count(shown),
        competencies=tuple(
            _score(
                _competency(referential.competency(number), route, shown, frame.unread),
                frame.blocked,
                left,
            )
            for number in referential.scope(route)
        ),
        workstation=verdicts.workstation,
        is_simulated=verdicts.is_simulated,
        provenance=provenance,
        blocked=frame.blocked,
        exam=referential.title,
        unread=frame.unread.get("", ()),
        learner=frame.learner if frame.mode is Mode.TRAINING else None,
        incidents=_keep_incidents(frame, referential, route),
    )


def _keep_incidents(
    frame: Frame, referential: Referential, route: Route
) -> tuple[IncidentSheet, ...]:
    """Return the incidents with those of their critères that the route has; no price in an exam."""
    scope = [
        one.id
        for number in referential.scope(route)
        for one in referential.competency(number).criteria
    ]
    kept = (
        replace(one, criteria=tuple(name for name in one.criteria if name in scope))
        for one in frame.incidents
    )
    return tuple(kept if frame.mode is Mode.TRAINING else map(without_price, kept))


def with_blocked(sheet: GradeSheet, blocked: Blocked) -> GradeSheet:
    """Return a training sheet with its points counted another way: the verdicts are the same."""
    left = sheet.provenance.outside
    competencies = tuple(_score(one, blocked, left) for one in sheet.competencies)
    return replace(sheet, blocked=blocked, competencies=competencies)


def count(verdicts: Iterable[CheckVerdict]) -> dict[str, int]:
    """Return how many of each verdict; what conforms after help counts as « aidé » only."""
    found = Counter(
        ASSISTED if is_helped(verdict) else str(verdict.verdict) for verdict in verdicts
    )
    return {name: found[name] for name in (*map(str, Verdict), ASSISTED)}


def is_helped(verdict: CheckVerdict) -> bool:
    """Tell whether a verdict conforms only as far as somebody helped."""
    return verdict.assisted and verdict.verdict is Verdict.CONFORM


def without_points(sheet: GradeSheet) -> GradeSheet:
    """Return the sheet as an exam shows it: the same facts, no points and no name."""
    competencies = tuple(
        replace(
            competency,
            points=None,
            criteria=tuple(
                replace(
                    criterion,
                    points=None,
                    verdicts=tuple(map(_without_weight, criterion.verdicts)),
                )
                for criterion in competency.criteria
            ),
        )
        for competency in sheet.competencies
    )
    provenance = _without_weights(sheet.provenance)
    exam = replace(sheet, mode=Mode.EXAM, competencies=competencies, provenance=provenance)
    incidents = tuple(map(without_price, sheet.incidents))
    return replace(exam, blocked=Blocked.PENDING, learner=None, incidents=incidents)


def _without_weight(verdict: CheckVerdict) -> CheckVerdict:
    return replace(verdict, weight=0, earned=Decimal(0), waiting=Decimal(0))


def _without_weights(provenance: Provenance) -> Provenance:
    outside = tuple(replace(check, weight=0) for check in provenance.outside)
    return replace(provenance, outside=outside)


def _competency(
    competency: Competency,
    route: Route,
    verdicts: tuple[CheckVerdict, ...],
    unread: Mapping[str, tuple[Unread, ...]],
) -> CompetencySheet:
    """Return a compétence with its verdicts, not scored yet."""
    return CompetencySheet(
        number=competency.number,
        title=competency.title,
        modalities=route.modalities(competency.number),
        criteria=tuple(_criterion(one, verdicts, unread) for one in competency.criteria),
        points=None,
    )


def _criterion(
    criterion: Criterion,
    verdicts: tuple[CheckVerdict, ...],
    unread: Mapping[str, tuple[Unread, ...]],
) -> CriterionSheet:
    mine = tuple(one for one in verdicts if one.criterion == criterion.id)
    asked = unread.get(criterion.id, ())
    return CriterionSheet(criterion.id, criterion.wording, mine, None, asked)


def _score(
    competency: CompetencySheet, blocked: Blocked, outside: tuple[Outside, ...]
) -> CompetencySheet:
    """Return a compétence with its points; there are none where nothing weighs anything.

    Where all is blocked, leaving it out would leave no maximum: it waits, whatever was chosen.
    """
    weights = [_weigh(one.id, outside) for one in competency.criteria]
    rows = tuple(zip(competency.criteria, weights, strict=True))
    counted = [share_of(one.verdicts, weight, blocked) for one, weight in rows]
    waiting = [share_of(one.verdicts, weight) for one, weight in rows]
    shown = [share or other for share, other in zip(counted, waiting, strict=True)]
    criteria = tuple(
        replace(one, points=in_points(share))
        for one, share in zip(competency.criteria, shown, strict=True)
    )
    points = in_points(mean_of(counted) or mean_of(waiting))
    return replace(competency, criteria=criteria, points=points)


def _weigh(criterion: str, outside: tuple[Outside, ...]) -> int:
    return sum(check.weight for check in outside if check.criterion == criterion)

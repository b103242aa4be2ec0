"""Verdicts → grade sheet: facts beside each official critère, points in training only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from labctl.core.errors import UsageError
from labctl.core.i18n import _, mark
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Outside, Provenance, Verdict
from labctl.grade.model import SCHEMA, CompetencySheet, CriterionSheet, GradeSheet, Mode
from labctl.grade.points import in_points, mean_of, share_of
from labctl.spec.referential import Competency, Criterion, Referential, Route

ASSISTED = mark("aidé")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a sheet is printed within: mode, route, and the client of the subject."""

    mode: Mode
    route: str
    title: str
    company: str


def build_sheet(verdicts: BenchVerdicts, referential: Referential, frame: Frame) -> GradeSheet:
    """Return the sheet of one bench: every critère of the route, with what was observed of it.

    Raises UsageError for a route the référentiel does not have.
    """
    route = find_route(referential, frame.route)
    shown, provenance = verdicts.verdicts, verdicts.provenance
    if frame.mode is not Mode.TRAINING:  # what weighs nothing has no points
        shown, provenance = tuple(map(_without_weight, shown)), _without_weights(provenance)
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
            _competency(referential.competency(number), route, shown, provenance.outside)
            for number in route.scope()
        ),
        workstation=verdicts.workstation,
        provenance=provenance,
    )


def find_route(referential: Referential, name: str) -> Route:
    """Return a route of the référentiel; UsageError with the known ones when it has no such."""
    try:
        return referential.routes[name]
    except KeyError:
        raise UsageError(
            _("parcours inconnu : « %(name)s »") % {"name": name},
            hint=_("connus : %(names)s") % {"names": ", ".join(referential.routes)},
        ) from None


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
    """Return the sheet as an exam shows it: the same facts, and no points."""
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
    return replace(sheet, mode=Mode.EXAM, competencies=competencies, provenance=provenance)


def _without_weight(verdict: CheckVerdict) -> CheckVerdict:
    return replace(verdict, weight=0, earned=Decimal(0))


def _without_weights(provenance: Provenance) -> Provenance:
    outside = tuple(replace(check, weight=0) for check in provenance.outside)
    return replace(provenance, outside=outside)


def _competency(
    competency: Competency,
    route: Route,
    verdicts: tuple[CheckVerdict, ...],
    outside: tuple[Outside, ...],
) -> CompetencySheet:
    observed = [
        (criterion, tuple(one for one in verdicts if one.criterion == criterion.id))
        for criterion in competency.criteria
    ]
    shares = [share_of(seen, _weigh(criterion, outside)) for criterion, seen in observed]
    return CompetencySheet(
        number=competency.number,
        title=competency.title,
        modalities=route.modalities(competency.number),
        criteria=tuple(
            CriterionSheet(criterion.id, criterion.wording, seen, in_points(share))
            for (criterion, seen), share in zip(observed, shares, strict=True)
        ),
        points=in_points(mean_of(shares)),
    )


def _weigh(criterion: Criterion, outside: tuple[Outside, ...]) -> int:
    return sum(check.weight for check in outside if check.criterion == criterion.id)

"""An incident tried on a solved bench: seen, repaired every way that is accepted, and undone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from labctl.core.errors import LabctlError
from labctl.core.i18n import _, about
from labctl.core.wait import until
from labctl.judge.incident import (
    FINE,
    Finding,
    Glance,
    Told,
    is_shown,
    list_still,
    list_unexpected,
    tell,
)
from labctl.pipeline.incidents.bench import Bench, inject, look, repair, undo
from labctl.pipeline.look import LEAST_LOOKS, SHOW_S
from labctl.spec.incident import Incident, LineName, Repair


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing tried of an incident, and what was not as it says."""

    incident: str
    what: str
    troubles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trying:
    """An incident on a bench, and how power is cut there; None: restarts are left out."""

    bench: Bench
    incident: Incident
    drawn: dict[str, str]
    cut: Callable[[], str] | None


def try_incident(trying: Trying) -> tuple[Trial, ...]:
    """Try an incident and all its repairs; the bench is then as it was."""
    incident, bench = trying.incident, trying.bench
    undo(bench, [record.id for record in bench.read().open])
    trials = [_try(trying, _("la panne"), _try_fault)]
    if not trials[0].troubles:
        for one in incident.repairs:
            trials.append(_try(trying, one.label, partial(_try_repair, one=one)))
        for one in incident.wrong_repairs:
            trials.append(_try(trying, one.label, partial(_try_wrong_repair, one=one)))
        trials.append(_try_health(trying))
    return tuple(trials)


def _try(trying: Trying, what: str, act: Callable[[Trying], Iterator[str]]) -> Trial:
    """Inject, do something, undo; whatever goes wrong is a trouble of the trial."""
    incident = trying.incident
    trying.bench.sight.report(about(incident.id, what))
    troubles: list[str] = []
    try:
        inject(trying.bench, {incident.id: trying.drawn})
        troubles += act(trying)
    except LabctlError as exc:
        troubles.append(exc.message)
    try:
        undo(trying.bench, [incident.id])
    except LabctlError as exc:
        troubles.append(exc.message)
    return Trial(incident.id, what, tuple(troubles))


def _try_fault(trying: Trying) -> Iterator[str]:
    """Yield what an injected incident changes and does not say, and the other way round."""
    yield from _wait_until_as_said(trying)
    if trying.cut is None:
        return
    yield from _cut(trying)
    is_there = _look_until(trying, lambda seen: is_shown(trying.incident, seen))
    if is_there != trying.incident.survives_restart:
        said = (
            _("après redémarrage la panne n'est plus là")
            if trying.incident.survives_restart
            else _("après redémarrage la panne est encore là")
        )
        yield said


def _wait_until_as_said(trying: Trying) -> tuple[str, ...]:
    """Look until the bench is what the incident says, as caches run out; return what is not."""
    found: list[tuple[str, ...]] = []

    def is_as_said() -> bool:
        found.append(tuple(_list_wrong(trying, _glance(trying))))
        return not found[-1]

    limit = trying.bench.limit(SHOW_S)
    while not until(is_as_said, limit) and len(found) < LEAST_LOOKS:
        continue
    return found[-1]


def _list_wrong(trying: Trying, now: Glance) -> Iterator[str]:
    incident, bench = trying.incident, trying.bench
    before = bench.read().before
    if before is None:
        return
    glance, specs = before.glance(), bench.sight.specs
    if tell(incident.cause, now)[0] is not Told.NO:
        yield _("la cause ne se voit pas : %(why)s") % {
            "why": _(" ; ").join(tell(incident.cause, now)[1]) or "–"
        }
    for why in list_unexpected(incident, glance, now, specs):
        yield _("change aussi %(why)s") % {"why": why}
    for check in list_still(incident, glance, now):
        yield _("%(check)s ne change pas") % {"check": check}


def _try_repair(trying: Trying, one: Repair) -> Iterator[str]:
    """Yield the lines that an accepted repair does not turn green, after a restart too."""
    repair(trying.bench, [trying.incident.id], one.steps)
    yield from _list_red(_find_until_green(trying), ())
    if trying.cut is not None:
        yield from _cut(trying)
        for why in _list_red(_find_until_green(trying), ()):
            yield _("après redémarrage, %(why)s") % {"why": why}


def _try_wrong_repair(trying: Trying, one: Repair) -> Iterator[str]:
    """Yield the lines that are not as a wrong repair says it leaves them."""
    lasting = LineName.LASTING in one.leaves
    leaves = tuple(name for name in one.leaves if name is not LineName.LASTING)
    repair(trying.bench, [trying.incident.id], one.steps)
    yield from _list_red(_find_until_green(trying, leaves), leaves)
    if lasting and trying.cut is not None:
        yield from _cut(trying)
        if _find_until_green(trying, (LineName.SYMPTOM,)).is_repaired:
            yield _("tient après redémarrage")


def _list_red(finding: Finding, leaves: Sequence[LineName]) -> Iterator[str]:
    for line in finding.lines:
        if line.name in leaves and line.told is Told.YES:
            yield _("la ligne %(name)s dit oui") % {"name": line.name.value}
        if line.name not in leaves and line.told is not Told.YES:
            words = {"name": line.name.value, "told": _(line.told.value)}
            why = _(" ; ").join(line.reasons)
            yield _("la ligne %(name)s dit %(told)s : %(why)s") % {**words, "why": why}


def _try_health(trying: Trying) -> Trial:
    """Look at the bench after all of it: every check conforms that did before."""
    before = trying.bench.read().before
    held = {} if before is None else before.glance().verdicts
    found: list[tuple[str, ...]] = []

    def is_healthy() -> bool:
        now = _glance(trying).verdicts
        found.append(
            tuple(
                about(case, one.message or _(one.verdict.value))
                for case, one in now.items()
                if one.verdict not in FINE and case in held and held[case].verdict in FINE
            )
        )
        return not found[-1]

    limit = trying.bench.limit(SHOW_S)
    while not until(is_healthy, limit) and len(found) < LEAST_LOOKS:
        continue
    return Trial(trying.incident.id, _("le banc après le retrait"), found[-1])


def _glance(trying: Trying) -> Glance:
    sight = trying.bench.sight
    return sight.look((*trying.incident.watches, *sight.guard().watches))


def _find_until_green(trying: Trying, leaves: Sequence[LineName] = ()) -> Finding:
    """Look until every line says yes but those that are left, or time is up."""
    found: list[Finding] = []

    def is_right() -> bool:
        found.append(look(trying.bench)[0])
        return not tuple(_list_red(found[-1], leaves))

    limit = trying.bench.limit(SHOW_S)
    while not until(is_right, limit) and len(found) < LEAST_LOOKS:
        continue
    return found[-1]


def _look_until(trying: Trying, is_right: Callable[[Glance], bool]) -> bool:
    sight, looks = trying.bench.sight, 0
    checks = {str(watch.check) for watch in trying.incident.symptom if watch.check}

    def seen() -> bool:
        nonlocal looks
        looks += 1
        return is_right(sight.look(trying.incident.symptom, checks))

    limit = trying.bench.limit(SHOW_S)
    while looks < LEAST_LOOKS:
        if until(seen, limit):
            return True
    return False


def _cut(trying: Trying) -> Iterator[str]:
    trouble = trying.cut() if trying.cut is not None else ""
    if trouble:
        yield _("après redémarrage : %(why)s") % {"why": trouble}

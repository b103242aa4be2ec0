"""What the incidents of a bench are like: before they are injected, and after."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from labctl.core.clock import timestamp
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.incident import Looked, Told
from labctl.core.verdict import CheckVerdict
from labctl.judge.incident import (
    Finding,
    Glance,
    find_refusal,
    judge_incidents,
    judge_symptom,
    leave_ended,
    tell,
)
from labctl.pipeline.incident_book import Before, Book, Record
from labctl.pipeline.incidents.held import Bench
from labctl.spec.incident import Incident, LineName
from labctl.spec.watch import Watch


def look(bench: Bench, *, after_restart: bool = False, whole: bool = True) -> tuple[Finding, ...]:
    """Look at all incidents of the bench, and write what they are like now.

    Unless the ``whole`` bench is looked at, what else may be broken is looked at only once the
    cause of an incident is repaired: two lines are not said before. A symptom is waited for only
    where its cause is repaired. ``after_restart``: the power was just cut, and what a cut ends by
    nature is compared with nothing.
    """
    book = bench.read()
    if not book.open:
        return ()
    incidents = [bench.find(record) for record in book.open]
    guard, specs = bench.sight.guard(), bench.sight.specs
    first = None if whole else _look_quickly(bench, incidents)
    if first is None or any(_may_be_repaired(one, first) for one in incidents):
        watches = [watch for one in incidents for watch in one.looks]
        now = bench.sight.look((*map(quicken, watches), *guard.watches))
        now = _wait_for_repaired(bench, incidents, now)
        before = leave_ended(_before(book), specs) if after_restart else _before(book)
        findings = judge_incidents(incidents, before, now, specs, guard)
    else:
        findings = tuple(judge_symptom(one, first) for one in incidents)
    at = timestamp()
    for record, finding in zip(book.open, findings, strict=True):
        seen = _settle(record, finding.line(LineName.CAUSE).told, at)
        is_repaired = finding.is_repaired and not seen.vanished
        repaired = seen.repaired or (at if is_repaired else "")
        looked = describe(finding, at, after_restart=after_restart)
        bench.keep(replace(seen, repaired=repaired, looks=(*seen.looks, looked)))
    return findings


def foresee_cut(bench: Bench, nodes: Collection[NodeName]) -> None:
    """Write which incidents of the bench a power cut of machines would repair, where nobody has.

    That is told from the last look at each.
    """
    at = timestamp()
    for record in _list_fleeting(bench, nodes):
        last = record.looks[-1].lines if record.looks else {}
        if last.get(LineName.CAUSE) != Told.YES.value:
            bench.keep(replace(record, cut=at))


def look_before_cut(bench: Bench, nodes: Collection[NodeName]) -> None:
    """Look at the bench where a power cut would repair an incident, and foresee that."""
    if _list_fleeting(bench, nodes):
        look(bench, whole=False)
    foresee_cut(bench, nodes)


def look_after_cut(bench: Bench) -> None:
    """Look whether a power cut made incidents disappear that it was foreseen of."""
    cut = [record for record in bench.read().open if record.cut]
    incidents = [bench.find(record) for record in cut]
    if incidents:
        now, at = _look_quickly(bench, incidents), timestamp()
        for record, incident in zip(cut, incidents, strict=True):
            bench.keep(_settle(record, tell(incident.cause, now)[0], at))


def look_at(bench: Bench, incidents: Iterable[Incident]) -> Glance:
    """Look at all of a bench, and at what the guard and incidents before they are there look at."""
    watches = [watch for one in incidents for watch in one.looks_before]
    return bench.sight.look((*watches, *bench.sight.guard().watches))


def look_before(
    bench: Bench, book: Book, incidents: Sequence[Incident], before: Glance | None
) -> tuple[Before | None, dict[str, str]]:
    """Look at the bench before an injection; return it, and why not for each incident.

    The first look is what is compared to from then on; of what only a new incident looks at, this
    one.
    """
    if before is None:
        bench.sight.report(_("le banc avant la panne"))
    now = before or look_at(bench, incidents)
    refused = {one.id: find_refusal(one, now) for one in incidents}
    if book.before is not None and book.open:
        known = {one.name for one in book.before.seen}
        new = tuple(one for one in now.seen.values() if one.name not in known)
        return replace(book.before, seen=(*book.before.seen, *new)), refused
    healthy = Before(
        timestamp(), tuple(map(_shorten, now.verdicts.values())), tuple(now.seen.values())
    )
    return healthy, refused


def describe(finding: Finding, at: str, *, after_restart: bool = False) -> Looked:
    """Return what one look said, as it is written."""
    lines = {line.name.value: line.told.value for line in finding.lines}
    reasons = {line.name.value: line.reasons for line in finding.lines if line.reasons}
    return Looked(at, lines, reasons, after_restart)


def quicken(watch: Watch) -> Watch:
    """Return a look without retries, asked aside: on a broken bench it takes seconds."""
    return replace(watch, settle_s=0.0, aside=watch.settle_s > 0)


def _list_fleeting(bench: Bench, nodes: Collection[NodeName]) -> tuple[Record, ...]:
    """Return the incidents on some machines that a power cut repairs and that nobody has."""
    return tuple(
        record
        for record in bench.read().open
        if not (record.repaired or record.helped)
        and not (incident := bench.find(record)).survives_restart
        and any(step.node in nodes for step in incident.inject)
    )


def _settle(record: Record, cause: Told, at: str) -> Record:
    """Return a record that tells whether a power cut made its incident disappear."""
    if not record.cut or cause is Told.UNKNOWN:
        return record
    if cause is Told.NO:  # what was broken had been saved
        return replace(record, cut="")
    return replace(record, cut="", helped=at, vanished=at)


def _look_quickly(bench: Bench, incidents: Sequence[Incident]) -> Glance:
    """Look at the symptoms and causes of incidents, and at nothing else."""
    watches = [watch for one in incidents for watch in one.watches]
    checks = {str(watch.check) for watch in watches if watch.check}
    return bench.sight.look(map(quicken, watches), checks)


def _wait_for_repaired(bench: Bench, incidents: Sequence[Incident], now: Glance) -> Glance:
    """Look again at what may still become healthy: its cause is repaired."""
    late = [
        watch
        for one in incidents
        if _may_be_repaired(one, now)
        for watch in one.watches
        if watch.settle_s and now.seen[watch.name].is_healthy is False
    ]
    return Glance(now.verdicts, {**now.seen, **bench.sight.look(late, ()).seen}) if late else now


def _may_be_repaired(incident: Incident, now: Glance) -> bool:
    """Tell whether a cause is repaired, but for what may take a while to be seen."""
    return tell([one for one in incident.cause if not one.settle_s], now)[0] is Told.YES


def _shorten(verdict: CheckVerdict) -> CheckVerdict:
    """Keep what is compared of a verdict: the book holds them all and is written at each step."""
    return replace(verdict, message="", expected="", found="", evidence=())


def _before(book: Book) -> Glance:
    if book.before is None:
        raise InfrastructureError(_("le banc n'a pas été regardé avant ses pannes"))
    return book.before.glance()

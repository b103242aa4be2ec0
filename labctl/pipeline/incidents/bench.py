"""Incidents on one bench: broken step by step, looked at, repaired by the reference, undone.

Each step is written in the record of the bench before it is done: after a kill at any instant, the
same command goes on from there. A step that was under way is taken again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from labctl.configure.faults import Hands
from labctl.configure.files import read_original, restore
from labctl.core.check import CheckSpec
from labctl.core.clock import timestamp
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, InfrastructureError, UsageError
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.incident import Looked, Told
from labctl.core.progress import Report
from labctl.core.wait import until
from labctl.judge.incident import (
    Finding,
    Glance,
    Guard,
    find_refusal,
    is_shown,
    judge_incidents,
    judge_symptom,
    tell,
)
from labctl.pipeline.incident_book import (
    THERE,
    UNDOING,
    UNDONE,
    Before,
    Book,
    Kept,
    Record,
    begin,
    read_book,
    refuse,
    write_book,
)
from labctl.pipeline.look import LEAST_LOOKS, SHOW_S
from labctl.plan.model import Plan
from labctl.spec.incident import Incident
from labctl.spec.step import Step
from labctl.spec.watch import Watch

STEPS_S = 120.0
"""Longest that the steps of an incident, of its repair or of its undoing may take."""
HANDS_S = 300.0
"""How long a technician is waited for who does something by hand."""


class NotInjected(InfrastructureError):
    """Some incidents could not be injected; the others are there.

    ``refused`` are those that nothing was begun of; what became of others is in their records.
    """

    def __init__(self, message: str, refused: Sequence[Record]) -> None:
        super().__init__(message)
        self.refused = tuple(refused)


class Seeing(Protocol):
    """How the bench of an incident is looked at."""

    @property
    def plan(self) -> Plan:
        """Return the plan of the bench."""

    @property
    def report(self) -> Report:
        """Return what progress is told to."""

    @property
    def specs(self) -> tuple[CheckSpec, ...]:
        """Return the declaration of every check."""

    def find(self, name: str, drawn: Mapping[str, str]) -> Incident:
        """Return an incident with the values of the bench."""

    def guard(self) -> Guard:
        """Return what must not be lowered on the bench."""

    def look(self, watches: Iterable[Watch], only: Collection[str] | None = None) -> Glance:
        """Observe and judge."""

    def quietly(self) -> "Seeing":
        """Return the same without progress, which hides what a technician is asked to do."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One bench that is held: how it is looked at, and what takes steps there."""

    sight: Seeing
    hands: Callable[[], AbstractContextManager[Hands]]

    @property
    def number(self) -> int:
        """Return its number."""
        return int(self.sight.plan.bench)

    def read(self) -> Book:
        """Return what was done to it."""
        return read_book(self.number)

    def keep(self, record: Record) -> Record:
        """Write a record, durably, and return it."""
        write_book(self.number, self.read().put(record))
        return record

    def find(self, record: Record) -> Incident:
        """Return the incident of a record, as it was drawn."""
        return self.sight.find(record.id, record.drawn)

    def limit(self, seconds: float) -> Deadline:
        """Return the deadline of something done here."""
        return Deadline.after(seconds, patience=self.sight.plan.patience)


def inject(
    bench: Bench, draws: dict[str, dict[str, str]], *, before: Glance | None = None
) -> tuple[Record, ...]:
    """Break what the incidents break, and wait until their symptoms are observed.

    ``before`` is a look at the bench as it is now, with all that the incidents look at; None to
    have it looked at.

    One that is there already is left alone; one whose injection was cut off goes on. One that
    cannot be injected, or whose symptom does not show, is left out or undone, and its record says
    why: no clock starts, and the others are there all the same. NotInjected, with all of it, once
    they are.
    """
    undo(bench, [one.id for one in bench.read().open if one.stage == UNDOING])
    book = bench.read()
    new = {name: drawn for name, drawn in draws.items() if not _is_open(book, name)}
    known = [bench.find(record) for record in book.open]
    incidents = [bench.sight.find(name, drawn) for name, drawn in new.items()]
    refused: list[Record] = []
    if new:
        _require_apart([*known, *incidents])
        healthy, whys = _look_before(bench, book, incidents, before)
        refused = [refuse(name, new[name], why) for name, why in whys.items() if why]
        for name in [name for name, why in whys.items() if not why]:
            book = replace(book, before=healthy).put(begin(name, new[name]))
        write_book(bench.number, book)
    with bench.hands() as hands:
        for record in book.open:
            if record.id in draws:
                _try_to_inject(bench, record, hands)
    hidden = _wait_for_symptoms(bench, tuple(draws))
    for record in bench.read().open:
        if record.id in hidden:
            _give_up(bench, record, _("le symptôme ne se montre pas ; la panne est retirée"))
    ended = bench.read()
    failed = _tell_failed(ended, draws, refused)
    if failed:
        raise NotInjected(failed, refused)
    return tuple(record for record in ended.open if record.id in draws)


def _tell_failed(book: Book, names: Iterable[str], refused: Sequence[Record]) -> str:
    last = {one.id: one for one in (*book.records, *refused)}
    return "\n".join(about(name, last[name].trouble) for name in names if last[name].trouble)


def look(bench: Bench, *, after_restart: bool = False, whole: bool = True) -> tuple[Finding, ...]:
    """Look at all incidents of the bench, and write what they are like now.

    Unless the ``whole`` bench is looked at, what else may be broken is looked at only once the
    cause of an incident is repaired: two lines are not said before. A symptom is waited for only
    where its cause is repaired.
    """
    book = bench.read()
    if not book.open:
        return ()
    incidents = [bench.find(record) for record in book.open]
    guard, specs = bench.sight.guard(), bench.sight.specs
    first = None if whole else _look_quickly(bench, incidents)
    if first is None or any(_may_be_repaired(one, first) for one in incidents):
        watches = [watch for one in incidents for watch in one.watches]
        now = bench.sight.look((*map(quicken, watches), *guard.watches))
        now = _wait_for_repaired(bench, incidents, now)
        findings = judge_incidents(incidents, _before(book), now, specs, guard)
    else:
        findings = tuple(judge_symptom(one, first) for one in incidents)
    at = timestamp()
    for record, finding in zip(book.open, findings, strict=True):
        repaired = record.repaired or (at if finding.is_repaired else "")
        looked = describe(finding, at, after_restart=after_restart)
        bench.keep(replace(record, repaired=repaired, looks=(*record.looks, looked)))
    return findings


def repair(bench: Bench, names: Collection[str], steps: Sequence[Step] | None = None) -> None:
    """Apply the reference repair of incidents, or these steps; the record says that labctl did."""
    for record in bench.read().open:
        if record.id in names:
            incident = bench.find(record)
            chosen = incident.repairs[0].steps if steps is None else steps
            helped = bench.keep(replace(record, helped=record.helped or timestamp()))
            with bench.hands() as hands:
                for step in chosen:
                    if step.edit is not None:
                        helped = _keep_file(bench, helped, hands, step.node, step.edit.file)
                    hands.take(step, incident.file)
            _wait_for_hands(bench, incident, chosen)


def take_hint(bench: Bench, names: Collection[str]) -> tuple[Record, ...]:
    """Count the next hint of each of the incidents as taken, where one is left; return them all."""
    for record in bench.read().open:
        if record.id in names and record.hints < len(bench.find(record).hints):
            bench.keep(replace(record, hints=record.hints + 1))
    return bench.read().open


def undo(bench: Bench, names: Collection[str]) -> tuple[str, ...]:
    """Make the bench what it was before incidents, the last one first; return their names.

    Every step is tried, also after one that failed: InfrastructureError, naming them, at the end.
    """
    done: list[str] = []
    for record in reversed(bench.read().open):
        if record.id in names:
            _undo_one(bench, record)
            done.append(record.id)
    return tuple(reversed(done))


def describe(finding: Finding, at: str, *, after_restart: bool = False) -> Looked:
    """Return what one look said, as it is written."""
    lines = {line.name.value: line.told.value for line in finding.lines}
    reasons = {line.name.value: line.reasons for line in finding.lines if line.reasons}
    return Looked(at, lines, reasons, after_restart)


def _is_open(book: Book, name: str) -> bool:
    return any(record.id == name for record in book.open)


def _before(book: Book) -> Glance:
    if book.before is None:
        raise InfrastructureError(_("le banc n'a pas été regardé avant ses pannes"))
    return book.before.glance()


def _require_apart(incidents: Sequence[Incident]) -> None:
    """Raise UsageError when two incidents cannot be there together."""
    for rank, one in enumerate(incidents):
        for other in incidents[:rank]:
            if one.id in other.excludes or other.id in one.excludes:
                said = _("%(one)s et %(other)s ne peuvent pas être là en même temps")
                raise UsageError(said % {"one": other.id, "other": one.id})


def look_at(bench: Bench, incidents: Iterable[Incident]) -> Glance:
    """Look at all of a bench, and at what incidents and the guard look at besides."""
    watches = [watch for one in incidents for watch in one.watches]
    return bench.sight.look((*watches, *bench.sight.guard().watches))


def _look_before(
    bench: Bench, book: Book, incidents: Sequence[Incident], before: Glance | None
) -> tuple[Before | None, dict[str, str]]:
    """Look at the bench before an injection; return it, and why not for each incident.

    The first look is what is compared to from then on.
    """
    if before is None:
        bench.sight.report(_("le banc avant la panne"))
    now = before or look_at(bench, incidents)
    refused = {one.id: find_refusal(one, now) for one in incidents}
    if book.open:
        return book.before, refused
    healthy = Before(timestamp(), tuple(now.verdicts.values()), tuple(now.seen.values()))
    return healthy, refused


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


def quicken(watch: Watch) -> Watch:
    """Return a look that is not waited for."""
    return replace(watch, settle_s=0.0)


def _try_to_inject(bench: Bench, record: Record, hands: Hands) -> None:
    """Inject an incident; one that cannot be is undone, and its record says why.

    A session that the incident before has cut is opened again, and the step done again.
    """
    hands.deadline = bench.limit(STEPS_S)
    try:
        try:
            _inject_one(bench, record, hands)
        except InfrastructureError as exc:
            if not isinstance(exc.__cause__, ConnectError):
                raise
            _inject_one(bench, bench.read().find(record.id) or record, hands)
    except InfrastructureError as exc:
        _give_up(bench, record, exc.message)


def _give_up(bench: Bench, record: Record, why: str) -> None:
    """Undo an incident that is not as it should be; its record says why, and what is left."""
    there = replace(bench.read().find(record.id) or record, trouble=why)
    try:
        _undo_one(bench, there)
    except InfrastructureError as exc:
        bench.keep(replace(there, stage=UNDOING, trouble=f"{why}\n{exc.message}"))


def _inject_one(bench: Bench, record: Record, hands: Hands) -> None:
    if record.stage in (THERE, UNDOING):
        return
    incident = bench.find(record)
    bench.sight.report(_("injecte %(name)s") % {"name": incident.id})
    for kept in incident.keeps:
        record = _keep_file(bench, record, hands, kept.node, kept.file)
    for rank, step in enumerate(incident.inject):
        if rank + 1 < record.steps:
            continue  # done: the next one was begun
        if step.edit is not None:
            record = _keep_file(bench, record, hands, step.node, step.edit.file)
        record = bench.keep(replace(record, steps=rank + 1))
        hands.take(step, incident.file)
    bench.keep(replace(record, stage=THERE))


def _keep_file(bench: Bench, record: Record, hands: Hands, node: NodeName, file: str) -> Record:
    """Keep the original of a file, once: the second time it may be changed already."""
    if record.keeps(node, file):
        return record
    with hands.placing(node, file):
        original = read_original(hands.shell(node), file, hands.deadline)
    kept = (*record.kept, Kept.of(node, file, original))
    return bench.keep(replace(record, kept=kept))


def _ask_hands(bench: Bench, steps: Iterable[Step]) -> Seeing:
    """Ask the technician for what is done by hand; return how to look at the bench meanwhile."""
    asked = [step.instruction for step in steps if step.instruction]
    if not asked:
        return bench.sight
    bench.sight.report(_("À LA MAIN : %(what)s") % {"what": _(" ; ").join(asked)})
    return bench.sight.quietly()


def _wait_for_hands(bench: Bench, incident: Incident, steps: Sequence[Step]) -> bool:
    """Look until a symptom is gone that only a technician's hands take away; tell whether it is."""
    sight = _ask_hands(bench, steps)
    if sight is bench.sight:
        return True
    checks = {str(watch.check) for watch in incident.symptom if watch.check}

    def is_gone() -> bool:
        return tell(incident.symptom, sight.look(incident.symptom, checks))[0] is Told.YES

    return bool(until(is_gone, bench.limit(HANDS_S)))


def _wait_for_symptoms(bench: Bench, names: Iterable[str]) -> tuple[str, ...]:
    """Look until every symptom was observed; return the incidents whose symptom was not."""
    waiting = [
        one
        for one in bench.read().open
        if one.id in set(names) and one.stage == THERE and not one.shown
    ]
    incidents = {one.id: bench.find(one) for one in waiting}
    sight, looks = bench.sight, 0

    def all_show() -> bool:
        nonlocal looks, waiting
        looks += 1
        watches = [watch for one in waiting for watch in incidents[one.id].symptom]
        checks = {str(watch.check) for watch in watches if watch.check}
        now = sight.look(map(quicken, watches), checks)
        at = timestamp()
        seen = [one for one in waiting if is_shown(incidents[one.id], now)]
        for one in seen:
            bench.keep(replace(one, shown=at))
        waiting = [one for one in waiting if one not in seen]
        return not waiting

    if waiting:
        bench.sight.report(_("attend que le symptôme se montre"))
        sight = _ask_hands(bench, [step for one in incidents.values() for step in one.inject])
        limit = bench.limit(SHOW_S if sight is bench.sight else HANDS_S)
        while not until(all_show, limit) and looks < LEAST_LOOKS:
            continue
    return tuple(one.id for one in waiting)


def _undo_one(bench: Bench, record: Record) -> None:
    incident = bench.find(record)
    bench.sight.report(_("retire %(name)s") % {"name": incident.id})
    record = bench.keep(replace(record, stage=UNDOING))
    troubles: list[str] = []
    with bench.hands() as hands:
        for kept in reversed(record.kept):
            try:
                with hands.placing(NodeName(kept.node), kept.file):
                    shell = hands.shell(NodeName(kept.node))
                    restore(shell, kept.file, kept.original(), hands.deadline)
            except InfrastructureError as exc:
                troubles.append(exc.message)
        for step in incident.undo:
            try:
                hands.take(step, incident.file)
            except InfrastructureError as exc:
                troubles.append(exc.message)
    if not _wait_for_hands(bench, incident, incident.undo):
        said = _("%(name)s : le geste n'a pas été fait, ou n'a pas suffi")
        troubles.append(said % {"name": incident.id})
    if troubles:
        raise InfrastructureError("\n".join(troubles), hint=f"labctl reset {bench.number}")
    bench.keep(replace(record, stage=UNDONE, undone=timestamp()))

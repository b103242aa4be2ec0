"""Incidents on one bench: broken step by step, repaired by the reference, undone.

Each step is written in the record of the bench before it is done: after a kill at any instant, the
same command goes on from there. A step that was under way is taken again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from labctl.configure.deeds import Deed, Hands
from labctl.configure.files import NothingFound
from labctl.core.clock import timestamp
from labctl.core.errors import ConnectError, InfrastructureError, UsageError
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.incident import Told
from labctl.core.wait import until
from labctl.judge.incident import (
    Glance,
    is_shown,
    tell,
)
from labctl.pipeline.incident_book import (
    THERE,
    UNDOING,
    UNDONE,
    Book,
    Kept,
    Record,
    begin,
    refuse,
    write_book,
)
from labctl.pipeline.incidents.held import Bench, Seeing
from labctl.pipeline.incidents.looking import look_before, quicken
from labctl.pipeline.look import LEAST_LOOKS, SHOW_S
from labctl.spec.incident import Incident
from labctl.spec.step import Step

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
    refused = _begin_new(bench, draws, before)
    with bench.hands() as hands:
        for record in bench.read().open:
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


def _begin_new(
    bench: Bench, draws: dict[str, dict[str, str]], before: Glance | None
) -> tuple[Record, ...]:
    """Begin the incidents that are not there, in the order of their tickets; return the refused."""
    book = bench.read()
    new = {name: drawn for name, drawn in draws.items() if not _is_open(book, name)}
    if not new:
        return ()
    incidents = [bench.sight.find(name, drawn) for name, drawn in new.items()]
    _require_apart([*(bench.find(record) for record in book.open), *incidents])
    healthy, whys = look_before(bench, book, incidents, before)
    for rank, name in enumerate(draws, start=1):
        if name in new and not whys[name]:
            ticket = book.find_ticket(name, rank)
            book = replace(book, before=healthy).put(begin(name, new[name], ticket))
    write_book(bench.number, book)
    return tuple(refuse(name, new[name], why) for name, why in whys.items() if why)


def _tell_failed(book: Book, names: Iterable[str], refused: Sequence[Record]) -> str:
    last = {one.id: one for one in (*book.records, *refused)}
    return "\n".join(about(name, last[name].trouble) for name in names if last[name].trouble)


def repair(bench: Bench, names: Collection[str], steps: Sequence[Step] | None = None) -> None:
    """Apply the reference repair of incidents, or these steps; the record says that labctl did."""
    for record in bench.read().open:
        if record.id in names:
            incident = bench.find(record)
            chosen = incident.repairs[0].steps if steps is None else steps
            helped = bench.keep(replace(record, helped=record.helped or timestamp(), cut=""))
            with bench.hands() as hands:
                _take_keeping(bench, helped, hands, chosen, incident.file)
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


def _is_open(book: Book, name: str) -> bool:
    return any(record.id == name for record in book.open)


def _require_apart(incidents: Sequence[Incident]) -> None:
    """Raise UsageError when two incidents cannot be there together."""
    for rank, one in enumerate(incidents):
        for other in incidents[:rank]:
            if one.id in other.excludes or other.id in one.excludes:
                said = _("%(one)s et %(other)s ne peuvent pas être là en même temps")
                raise UsageError(said % {"one": other.id, "other": one.id})


def _try_to_inject(bench: Bench, record: Record, hands: Hands) -> None:
    """Inject an incident; one that cannot be is undone, and its record says why.

    A session that the incident before has cut is opened again, and the step done again. Where the
    first step found nothing to change, nothing was begun.
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
        there = bench.read().find(record.id) or record
        if there.steps == 1 and isinstance(exc.__cause__, NothingFound):
            there = bench.keep(replace(there, steps=0))
        _give_up(bench, there, exc.message)


def _give_up(bench: Bench, record: Record, why: str) -> None:
    """Undo an incident that is not as it should be; its record says why, and what is left."""
    there = replace(record, trouble=why)
    try:
        _undo_one(bench, there)
    except InfrastructureError as exc:
        bench.keep(replace(there, stage=UNDOING, trouble=f"{why}\n{exc.message}"))


def _inject_one(bench: Bench, record: Record, hands: Hands) -> None:
    if record.stage in (THERE, UNDOING):
        return
    incident = bench.find(record)
    bench.sight.report(_("injecte %(name)s") % {"name": incident.id})
    record = _keep_files(bench, record, hands, [(one.node, one.file) for one in incident.keeps])
    for rank, step in enumerate(incident.inject):
        if rank + 1 < record.steps:
            continue  # done: the next one was begun
        record = _keep_files(bench, record, hands, _list_edited(step))
        record = bench.keep(replace(record, steps=rank + 1))
        hands.do([Deed.take(step, incident.file)])
    bench.keep(replace(record, stage=THERE))


def _take_keeping(
    bench: Bench, record: Record, hands: Hands, steps: Sequence[Step], file: str
) -> None:
    """Take steps, as many at once as change no file whose original is not kept yet."""
    taken: list[Deed] = []
    for step in steps:
        if any(not record.keeps(*one) for one in _list_edited(step)):
            hands.do(taken)
            taken = []
            record = _keep_files(bench, record, hands, _list_edited(step))
        taken.append(Deed.take(step, file))
    hands.do(taken)


def _list_edited(step: Step) -> tuple[tuple[NodeName, str], ...]:
    return ((step.node, step.edit.file),) if step.edit is not None else ()


def _keep_files(
    bench: Bench, record: Record, hands: Hands, files: Iterable[tuple[NodeName, str]]
) -> Record:
    """Keep the original of files, once: the second time they may be changed already."""
    new = [one for one in dict.fromkeys(files) if not record.keeps(*one)]
    if not new:
        return record
    found = hands.do([Deed.read(*one) for one in new])
    read = zip(new, found, strict=True)
    kept = [Kept.of(*one, original) for one, original in read if original is not None]
    return bench.keep(replace(record, kept=(*record.kept, *kept)))


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
    """Put the kept files back, then take the steps of the undoing.

    Not these where no step of the injection was begun: they would change what the candidate made.
    """
    incident = bench.find(record)
    steps = incident.undo if record.steps or incident.request else ()
    bench.sight.report(_("retire %(name)s") % {"name": incident.id})
    record = bench.keep(replace(record, stage=UNDOING))
    deeds = [one.put_back() for one in reversed(record.kept)]
    deeds += [Deed.take(step, incident.file) for step in steps]
    with bench.hands() as hands:
        troubles = list(hands.try_all(deeds))
    if not _wait_for_hands(bench, incident, steps):
        said = _("%(name)s : le geste n'a pas été fait, ou n'a pas suffi")
        troubles.append(said % {"name": incident.id})
    if troubles:
        raise InfrastructureError("\n".join(troubles), hint=f"labctl reset {bench.number}")
    bench.keep(replace(record, stage=UNDONE, undone=timestamp()))

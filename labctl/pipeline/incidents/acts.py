"""The acts of incidents on one bench, as orders ask for them; the bench is held meanwhile."""

from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial

from labctl.configure.deeds import Hands
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError, UsageError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.once import reading_once
from labctl.core.progress import Report
from labctl.core.verdict import Help, Restart
from labctl.pipeline.building import renew
from labctl.pipeline.incident_book import Record, read_book
from labctl.pipeline.incidents import bench as doing
from labctl.pipeline.incidents.bench import STEPS_S, NotInjected
from labctl.pipeline.incidents.held import Bench
from labctl.pipeline.incidents.looking import (
    foresee_cut,
    look,
    look_after_cut,
    look_before_cut,
)
from labctl.pipeline.incidents.sight import Sight
from labctl.pipeline.incidents.tickets import announce
from labctl.pipeline.incidents.trial import Power, Trial, try_incidents
from labctl.pipeline.lifecycle import hold
from labctl.pipeline.order import Order
from labctl.pipeline.place import bench_dir
from labctl.pipeline.power import list_cut
from labctl.pipeline.sealed import require_open, require_unsealed
from labctl.pipeline.solve import solve_bench
from labctl.pipeline.taking import lend_hands
from labctl.plan.model import Delivered, Plan
from labctl.providers import parts
from labctl.seal.document import read_phase

CUT_S = 120.0
"""Longest that cutting the power of machines, and their start, may take."""


@reading_once()
def inject_on(order: Order, report: Report) -> tuple[Record, ...]:
    """Inject incidents into one bench, and wait until their symptoms are observed."""
    with hold(order, require_open):
        here = _bench(order, report)
        refused: tuple[Record, ...] = ()
        try:
            doing.inject(here, order.options["draws"])
        except NotInjected as exc:
            refused = exc.refused
        _announce(here)
        return (*_tell(order), *refused)


@reading_once()
def look_on(order: Order, report: Report) -> tuple[Record, ...]:
    """Look at the incidents of one bench, after a power cut too where that is asked for."""
    with hold(order, require_open):
        here = _bench(order, report)
        if read_book(order.bench).open:
            look(here, whole=order.options["whole"])
            if order.options["restart"]:
                foresee_cut(here, _list_cut(order.plan))
                report(_("coupe le courant"))
                trouble = cut(order.plan, report)
                restart = Restart(_list_cut(order.plan), trouble=trouble)
                look(_bench(order, report, restart), after_restart=True)
        return _tell(order)


@reading_once()
def repair_on(order: Order, report: Report) -> tuple[Record, ...]:
    """Apply the reference repair of incidents of one bench, and look at them."""
    with hold(order, require_open):
        here = _bench(order, report)
        names = _choose(order)
        doing.repair(here, names)
        look(here)
        return _tell(order)


@reading_once()
def undo_on(order: Order, report: Report) -> tuple[Record, ...]:
    """Make one bench what it was before incidents."""
    with hold(order, require_open):
        here = _bench(order, report)
        doing.undo(here, _choose(order))
        _announce(here)
        return _tell(order)


def hint_on(order: Order, report: Report) -> tuple[Record, ...]:
    """Give the next hint of incidents of one bench."""
    with hold(order, require_open):
        doing.take_hint(_bench(order, report), _choose(order))
        return _tell(order)


def read_on(order: Order, _report: Report) -> tuple[Record, ...]:
    """Return what is written of the incidents of one bench, without looking."""
    return _tell(order)


def prove_on(order: Order, report: Report) -> tuple[Trial, ...]:
    """Try incidents on one bench, which is made as new and solved first unless it is ready."""
    with hold(order, require_unsealed):
        power = Power(
            partial(cut, order.plan, report) if order.options["restarts"] else None,
            partial(_prepare, order, report) if order.options["prepares"] else None,
        )
        if power.renew is not None:
            power.renew()
        return try_incidents(_bench(order, report), order.options["draws"], power)


@reading_once()
def cut_on(order: Order, report: Report) -> str:
    """Cut the power of machines of one bench to see what holds; return what is not ready again.

    An incident that this repairs is looked at before, and after: no candidate repaired it.
    """
    nodes = [NodeName(name) for name in order.options["nodes"]]
    with hold(order, require_open):
        look_before_cut(_bench(order, report), nodes)
        limit = Deadline.after(order.options["cut_s"])
        trouble = parts.load(order.plan.provider).cut_power(order.plan, nodes, report, limit)
        restart = Restart(tuple(nodes), trouble=trouble)
        with suppress(InfrastructureError):  # the next look tells it too
            look_after_cut(_bench(order, report, restart))
        return trouble


def _prepare(order: Order, report: Report) -> None:
    report(_("remise à neuf"))
    renew(order.plan, order.secrets, report, ())
    report(_("application du corrigé"))
    solve_bench(order.plan, order.secrets, Help("", order.options["by"]), report)


def cut(plan: Plan, report: Report) -> str:
    """Cut the power of a bench; return what is not ready again."""
    limit = Deadline.after(CUT_S, patience=plan.patience)
    return parts.load(plan.provider).cut_power(plan, _list_cut(plan), report, limit)


def _list_cut(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines that somebody configures: what is delivered may be broken too."""
    return list_cut(replace(plan, delivered=Delivered()))


def _bench(order: Order, report: Report, restart: Restart | None = None) -> Bench:
    sight = Sight(order.plan, order.secrets, report, restart)
    return Bench(sight, partial(_lend_hands, order.plan, report))


def _lend_hands(plan: Plan, report: Report) -> AbstractContextManager[Hands]:
    return lend_hands(plan, Deadline.after(STEPS_S, patience=plan.patience), report)


def _announce(here: Bench) -> None:
    """Put the tickets of a bench at its way in; nobody comes in to one that is open to a jury."""
    if read_phase(bench_dir(here.number)) is None:
        announce(here.number, {one.ticket: here.find(one) for one in here.read().open})


def _choose(order: Order) -> tuple[str, ...]:
    """Return the incidents that are named, or all that are on the bench."""
    there = [record.id for record in read_book(order.bench).open]
    names = tuple(order.options["names"])
    for name in names:
        if name not in there:
            said = _("la panne %(name)s n'est pas sur le banc %(bench)02d")
            hint = _("pannes du banc : %(names)s") % {"names": ", ".join(there) or "–"}
            raise UsageError(said % {"name": name, "bench": order.bench}, hint=hint)
    return names or tuple(there)


def _tell(order: Order) -> tuple[Record, ...]:
    """Return the records of a bench, without the files that they keep."""
    return tuple(replace(record, kept=()) for record in read_book(order.bench).records)

"""Benches are looked at and removed; how any act on them is ordered and held."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, ProviderError, StoreError, UsageError
from labctl.core.i18n import _, about
from labctl.core.ids import BenchId
from labctl.core.progress import Report, silent
from labctl.core.store import lock
from labctl.pipeline import elsewhere, remote
from labctl.pipeline.delivered import is_delivered
from labctl.pipeline.draws import forget_draw
from labctl.pipeline.incident_book import retire_book
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.people import forget_learner
from labctl.pipeline.place import Place, bench_dir, lock_path
from labctl.pipeline.route import forget_route
from labctl.pipeline.sealed import require_unsealed, throw_seal_away
from labctl.pipeline.workers import run_each
from labctl.plan.model import Plan
from labctl.providers import registry
from labctl.providers.base import (
    BenchCondition,
    BenchStatus,
    NodeCondition,
    Unseen,
)
from labctl.providers.parts import load, load_observer
from labctl.providers.profile import Budget

GRACE_S = 5.0
LOOK_S = 60.0
"""Longest look at a bench that nothing is changed on."""


WORKERS = 4


def down(
    providers: Sequence[str], benches: Sequence[int], step: Step, *, sealed: bool
) -> dict[int, Outcome[bool]]:
    """Remove benches, found by their tags; works without any document of theirs.

    The value of an outcome tells whether there was something to remove, here or on a host where
    this installation has put a bench of that number.
    """
    limit_s = sum(registry.find(name).down_s for name in providers)
    options = {"providers": list(providers), "sealed": sealed}
    orders = [Order("down", bench, (), limit_s, options=options) for bench in benches]
    jobs = {order.bench: partial(_remove_everywhere, order) for order in orders}
    deadline = Deadline.after(2 * limit_s * len(benches) + GRACE_S)
    return run_each(jobs, step, workers=WORKERS, deadline=deadline)


def remove_bench(order: Order, _report: Report) -> bool:
    """Remove one bench from this machine, whatever one of the providers cannot do.

    The first error is raised when all were asked; at once when it is that of the provider that
    built the bench, which finds in its folder what it is made of: the others would remove that.
    """
    removed, troubles = False, list[LabctlError]()
    with hold(order, leave_seal(is_named=order.options["sealed"])):
        retire_book(order.bench)
        deadline, builder = Deadline.after(order.limit_s), _find_builder(order.bench)
        for name in order.options["providers"]:
            try:
                removed = load(name).down(BenchId(order.bench), deadline) or removed
            except LabctlError as exc:
                if name == builder:
                    raise
                troubles.append(exc)
    if troubles:
        raise troubles[0]
    return removed


def _remove_everywhere(order: Order, report: Report) -> bool:
    removed, troubles = False, list[LabctlError]()
    try:
        removed = remove_bench(order, report)
    except StoreError as exc:  # of the disk here: what is elsewhere goes all the same
        troubles.append(exc)
    if order.bench in elsewhere.list_benches():
        with elsewhere.held(order.bench, order.act):
            for host in elsewhere.list_hosts(order.bench):  # all of them: one may be no more
                try:
                    removed = remote.ask(host, order, report) or removed
                    elsewhere.forget(order.bench, host)
                except LabctlError as exc:
                    troubles.append(exc)
    forget_learner(order.bench)
    if troubles:
        troubles[0].message = "\n".join(each.message for each in troubles)
        raise troubles[0]
    forget_draw(order.bench)
    forget_route(order.bench)
    return removed


def choose_providers(name: str) -> tuple[str, ...]:
    """Return the named provider; for no name all of them.

    The first of the registry comes last: it removes the folder in which the others find what a
    bench is made of.
    """
    known = tuple(reversed(registry.PROVIDERS))
    if name and name not in known:
        hint = _("connus : %(known)s") % {"known": ", ".join(sorted(known))}
        raise UsageError(_("fournisseur inconnu : « %(name)s »") % {"name": name}, hint=hint)
    return (name,) if name else known


def list_benches(providers: Sequence[str], tell: Callable[[LabctlError], None]) -> tuple[int, ...]:
    """Return the benches of which something exists, known or found by its tag.

    Those that were put on other machines are among them. ``tell`` is told what could not be looked
    at: a host that is off keeps nothing of the others from being found.
    """
    found = set(elsewhere.list_benches())
    for name in providers:
        try:
            found.update(load(name).list_benches())
        except ProviderError as exc:
            found.update(exc.benches if isinstance(exc, Unseen) else ())
            tell(exc)
    return tuple(sorted(map(int, found)))


def list_existing(
    providers: Sequence[str], benches: Sequence[int], tell: Callable[[LabctlError], None]
) -> tuple[int, ...]:
    """Return those of the benches of which something exists: what ``down`` would remove."""
    there = list_benches(providers, tell)
    return tuple(bench for bench in benches if bench in there)


def status(place: Place, benches: Sequence[int]) -> dict[int, BenchStatus]:
    """Observe benches without touching or locking them."""
    return {bench: remote.place_work(_look(place, "status", bench))(silent) for bench in benches}


def look_at_bench(order: Order, _report: Report) -> BenchStatus:
    """Observe one bench; one that lacks what it is to be delivered with is interrupted.

    One that another provider built than its room has is looked at by that one, and says so.
    """
    builder = _find_builder(order.bench) or order.plan.provider
    seen = load_observer(builder).status(BenchId(order.bench))
    if builder != order.plan.provider:
        said = _("construit par le fournisseur « %(name)s »") % {"name": builder}
        return replace(seen, missing_cables=(*seen.missing_cables, said))
    if seen.condition is BenchCondition.READY and not is_delivered(order.plan):
        return replace(seen, condition=BenchCondition.INTERRUPTED)
    return seen


def _find_builder(bench: int) -> str:
    """Return the provider that built a bench, "" where nothing says so."""
    with suppress(StoreError):
        plan = store.read_json(bench_dir(bench) / "plan.json")
        name = plan.get("provider") if isinstance(plan, dict) else None
        return name if isinstance(name, str) and name in registry.PROVIDERS else ""
    return ""


def count_running(bench: BenchStatus) -> int:
    """Return how many machines of a bench run."""
    return sum(state is NodeCondition.RUNNING for state in bench.nodes.values())


def say_since(bench: BenchStatus) -> str:
    """Return since when the first machine of a bench runs (RFC 3339), "" when none does."""
    return min(bench.started.values(), default="")


def list_troubles(bench: BenchStatus) -> tuple[str, ...]:
    """Return one line per machine that does not run, and per missing cable; none when sealed.

    Of a bench that only root sees, a line says so.
    """
    if bench.condition is BenchCondition.SEALED:
        return ()
    if bench.condition is BenchCondition.UNKNOWN:
        return (_("il faut être root pour voir ses machines"),)
    sick = [
        about(node, _(state.value))
        for node, state in bench.nodes.items()
        if state is not NodeCondition.RUNNING
    ]
    return (*sick, *bench.missing_cables)


def check_nodes(place: Place, benches: Sequence[int], nodes: Sequence[str]) -> None:
    """Raise UsageError, naming the known machines, when a name is not one of the benches'."""
    for bench in benches:
        plan = place.plan(bench)
        unknown = [node for node in nodes if node not in plan.nodes]
        if unknown:
            raise UsageError(
                _("le banc n'a pas de machine « %(node)s »") % {"node": unknown[0]},
                hint=_("machines : %(known)s") % {"known": ", ".join(sorted(plan.nodes))},
            )


def budget_of(plan: Plan) -> Budget:
    """Return the time that the provider of a bench may take for it."""
    return registry.find(plan.provider).budget(node.kind for node in plan.nodes.values())


def leave_seal(*, is_named: bool) -> Callable[[int], None]:
    """Return what refuses a bench that carries a seal, or, when named, throws the seal away."""
    return throw_seal_away if is_named else require_unsealed


@contextmanager
def hold(order: Order, require: Callable[[int], None]) -> Iterator[None]:
    """Hold the lock of a bench while something is done to it.

    ``require`` refuses benches that the verb must not touch: those that are sealed.
    """
    with lock(lock_path(order.bench), f"labctl {order.act}"):
        require(order.bench)
        yield


def run_orders(
    orders: Sequence[Order],
    step: Step,
    *,
    workers: int,
    may_add: Callable[[], bool] = lambda: False,
) -> dict[int, Outcome[Any]]:
    """Do what is ordered in parallel, each bench on the machine that carries it.

    ``may_add`` is asked whether one more than that may start all the same.
    """
    jobs = {order.bench: remote.place_work(order) for order in orders}
    deadline = Deadline.after(sum(order.limit_s for order in orders) + GRACE_S)
    return run_each(jobs, step, workers=workers, deadline=deadline, may_add=may_add)


def _order(place: Place, act: str, bench: int, limit_s: float, **options: object) -> Order:
    return Order(act, bench, (place.plan(bench),), limit_s, options=options)


def _look(place: Place, act: str, bench: int, **options: object) -> Order:
    return _order(place, act, bench, LOOK_S, **options)

"""Benches are built and made as new, each for a route, with what is delivered there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError, UsageError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report, silent
from labctl.core.secrets import Secret
from labctl.pipeline import remote
from labctl.pipeline.delivered import forget_delivery, is_delivered
from labctl.pipeline.delivery import deliver, deliver_again, deliver_s
from labctl.pipeline.handedin import take_back_solution
from labctl.pipeline.images import images_s, ready_images
from labctl.pipeline.incident_book import retire_book
from labctl.pipeline.lifecycle import (
    LOOK_S,
    WORKERS,
    budget_of,
    hold,
    leave_seal,
    list_troubles,
    look_at_bench,
    run_orders,
    status,
)
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place, is_elsewhere, require_home
from labctl.pipeline.route import forget_route, note_route, read_route
from labctl.pipeline.sealed import require_open
from labctl.pipeline.seed import cahier_secrets
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition, NodeCondition, ResetProof
from labctl.providers.parts import load


@dataclass(frozen=True, slots=True)
class Built:
    """A bench that was observed ready; ``started`` is empty when everything was there.

    ``delivered`` are the checks of what is delivered working, seen to conform now.
    """

    bench: int
    variant: str
    machines: int
    started: tuple[str, ...]
    elapsed_s: float
    route: str = ""
    delivered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Renewed:
    """A bench that is as new, and why; ``delivered`` are checks seen to conform, of a whole one."""

    proof: ResetProof
    elapsed_s: float
    route: str = ""
    delivered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What ``up`` would start, and what else differs from the plan on a bench that exists."""

    machines: tuple[str, ...]
    differences: tuple[str, ...]


def foresee(place: Place, benches: Sequence[int], route: str = "") -> dict[int, Foreseen]:
    """Return what ``up`` would do, by bench, from looking only."""
    plans = choose_plans(place, benches, route)
    orders = [Order("foresee", bench, (plan,), LOOK_S) for bench, plan in plans.items()]
    return {order.bench: remote.place_work(order)(silent) for order in orders}


def foresee_bench(order: Order, _report: Report) -> Foreseen:
    """Return what ``up`` would do on one bench."""
    require_open(order.bench)
    seen = look_at_bench(order, silent)
    lacking = tuple(
        str(node) for node in order.plan.nodes if seen.nodes.get(node) is not NodeCondition.RUNNING
    )
    is_there = seen.condition in (
        BenchCondition.READY,
        BenchCondition.DAMAGED,
        BenchCondition.UNKNOWN,
    )
    return Foreseen(lacking, list_troubles(seen) if is_there else ())


def up(
    place: Place, benches: Sequence[int], step: Step, route: str = ""
) -> dict[int, Outcome[Built]]:
    """Build benches in parallel, for a route or for their own; a built one is only observed.

    Raises UsageError for a bench that stands for another route.
    """
    plans = choose_plans(place, benches, route)
    new = [bench for bench in benches if not read_route(bench)]
    orders = [
        _order(place, "up", plan, images_s(plan) + budget_of(plan).up_s) for plan in plans.values()
    ]
    for plan in plans.values():
        note_route(plan.bench, plan.route, place.home)
    outcomes = run_orders(orders, step, workers=WORKERS)
    for bench in new:  # nothing was built: it is for no route yet
        if not outcomes[bench].ok and _is_absent(place, bench):
            forget_route(bench)
    return outcomes


def choose_plans(place: Place, benches: Sequence[int], route: str) -> dict[int, Plan]:
    """Return the plans of benches, for a route if named.

    Raises UsageError for a bench that stands for another one or in another room, or a route that
    the cahier does not serve.
    """
    plans = {bench: place.plan(bench, route) for bench in benches}
    for bench, plan in plans.items():
        if is_elsewhere(place, bench) and not _is_absent(place, bench):
            require_home(place, bench)
        known = read_route(bench)
        if known and known != plan.route and not _is_absent(place, bench):
            said = _("le banc %(bench)02d a été construit pour le parcours « %(known)s »")
            values = {"bench": bench, "known": known, "route": plan.route}
            hint = _("labctl reset %(bench)d --route %(route)s, ou labctl down %(bench)d puis up")
            raise UsageError(said % values, hint=hint % values)
    return plans


def build_bench(order: Order, report: Report) -> Built:
    """Make every machine of one bench run, and what is delivered there work."""
    plan, begun, checks = order.plan, Deadline.after(order.limit_s), tuple[str, ...]()
    with hold(order, require_open):
        ready_images(plan, report)
        limit = Deadline.after(budget_of(plan).up_s)
        done = load(plan.provider).up(plan, report, limit)
        if not is_delivered(plan):
            checks = deliver(plan, order.secrets, report)
    elapsed_s = order.limit_s - begun.remaining_s()
    machines = len(plan.nodes)
    return Built(plan.bench, plan.variant, machines, done.started, elapsed_s, plan.route, checks)


def reset(  # the last two are options
    place: Place,
    benches: Sequence[int],
    nodes: Sequence[NodeName],
    step: Step,
    *,
    sealed: bool,
    route: str = "",
) -> dict[int, Outcome[Renewed]]:
    """Make benches as new and return the proof of each.

    ``sealed``: also those that carry a seal, which is thrown away. ``route``: for another route
    than they were built for.
    """
    plans = {bench: place.plan(bench, route) for bench in benches}
    orders = [
        _order(place, "reset", plan, renew_s(plan), nodes=list(nodes), sealed=sealed)
        for plan in plans.values()
    ]
    if nodes:
        choose_plans(place, benches, route)
    for plan in plans.values():
        note_route(plan.bench, plan.route, place.home)
    return run_orders(orders, step, workers=WORKERS)


def renew_bench(order: Order, report: Report) -> Renewed:
    """Make one bench as new, or some of its machines; ProviderError for one never built."""
    if look_at_bench(order, silent).condition is BenchCondition.ABSENT:
        said = _("le banc %(bench)02d n'a jamais été construit : il n'y a rien à remettre à neuf")
        raise ProviderError(said % {"bench": order.bench}, hint=f"labctl up {order.bench}")
    nodes = [NodeName(name) for name in order.options["nodes"]]
    deadline = Deadline.after(order.limit_s)
    with hold(order, leave_seal(is_named=order.options["sealed"])):
        proof, checks = renew(order.plan, order.secrets, report, nodes)
    elapsed_s = order.limit_s - deadline.remaining_s()
    return Renewed(proof, elapsed_s, order.plan.route, checks)


def renew_s(plan: Plan) -> float:
    """Return the longest that replacing machines may take, before what is delivered on them."""
    return images_s(plan) + budget_of(plan).reset_s


def renew(
    plan: Plan, secrets: Mapping[str, Secret], report: Report, nodes: Sequence[NodeName]
) -> tuple[ResetProof, tuple[str, ...]]:
    """Make a bench that is held as new (no node named: all of it), delivered as it was at first.

    Returns the proof, and the checks of what is delivered, seen to conform. Machines that are named
    are given back what is delivered on them; the rest of the bench is in use.
    """
    is_whole = not (nodes and is_delivered(plan))
    if is_whole:
        retire_book(plan.bench)
        take_back_solution(plan)
    forget_delivery(plan.bench)
    ready_images(plan, report)
    limit = Deadline.after(budget_of(plan).reset_s)
    proof = load(plan.provider).reset(plan, nodes, report, limit)
    if is_whole:
        return proof, deliver(plan, secrets, report)
    deliver_again(plan, secrets, report, [one.node for one in proof.nodes])
    return proof, ()


def _order(place: Place, act: str, plan: Plan, limit_s: float, **options: object) -> Order:
    whole_s = limit_s + deliver_s(plan) * plan.patience
    secrets = cahier_secrets(place, plan.bench) if plan.delivered.topics else {}
    return Order(act, plan.bench, (plan,), whole_s, secrets, options)


def _is_absent(place: Place, bench: int) -> bool:
    return status(place, (bench,))[bench].condition is BenchCondition.ABSENT

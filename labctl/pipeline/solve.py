"""Apply the reference solution to benches: all of it, or that of one lot (« secours »)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from labctl.collect.bundle import read_help
from labctl.configure.compose import SITE, Solution, compose_for
from labctl.configure.run import Applied
from labctl.core.clock import timestamp
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.core.verdict import Help
from labctl.pipeline.applying import apply_solution, longest_s, require_there
from labctl.pipeline.delivered import require_delivered
from labctl.pipeline.handedin import hand_in_solution, write_for_shelf
from labctl.pipeline.helped import note_help
from labctl.pipeline.journal import find_stamp
from labctl.pipeline.lifecycle import hold, run_orders
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.pipeline.sealed import require_open
from labctl.pipeline.seed import cahier_secrets
from labctl.plan.model import Plan, PlannedLot

WORKERS = 2


def solve(
    place: Place, benches: Sequence[int], author: str, step: Step
) -> dict[int, Outcome[Applied]]:
    """Apply the solution in parallel; a task that failed makes the bench's outcome a failure."""
    plans = {bench: place.plan(bench) for bench in benches}
    return _run(place, plans, {bench: Help("", author) for bench in benches}, step)


def rescue(
    place: Place, benches: Sequence[int], lot: str, given: Help, step: Step
) -> dict[int, Outcome[Applied]]:
    """Apply the solution of one lot, which is « aidé » from then on; of others nothing changes.

    ``given`` says who helps, and why. Raises UsageError for a lot that a bench does not have.
    """
    plans = {bench: place.plan(bench) for bench in benches}
    helps = {bench: _help_with(find_lot(plan, lot), given) for bench, plan in plans.items()}
    return _run(place, plans, helps, step)


def find_lot(plan: Plan, name: str) -> PlannedLot:
    """Return a lot of the route of a bench; UsageError, with the known ones, for another."""
    for lot in plan.lots:
        if lot.id.casefold() == name.casefold():
            return lot
    said = _("le parcours « %(route)s » n'a pas de lot « %(lot)s »")
    known = "\n".join(f"{lot.id} {lot.title}" for lot in plan.lots)
    raise UsageError(said % {"route": plan.route, "lot": name}, hint=known)


def solve_on(order: Order, report: Report) -> Applied:
    """Apply a solution to one bench, which is held meanwhile."""
    with hold(order, require_open):
        require_delivered(order.plan)
        return solve_bench(order.plan, order.secrets, read_help(order.options["help"]), report)


def solve_bench(plan: Plan, secrets: Mapping[str, Secret], given: Help, report: Report) -> Applied:
    """Apply a solution to one bench; InfrastructureError, naming the tasks, when one failed."""
    require_there(plan)
    note_help(plan.bench, replace(given, at=timestamp()))
    topics = given.topics if given.lot else None
    shelved = write_for_shelf(plan, topics)
    applied = apply_solution(plan, secrets, report, topics, documents=shelved)
    hand_in_solution(plan, topics)
    return applied


def _help_with(lot: PlannedLot, given: Help) -> Help:
    return replace(given, lot=lot.id, title=lot.title, topics=lot.topics)


def _compose(plan: Plan, given: Help) -> Solution:
    return compose_for(plan, given.topics) if given.lot else compose_for(plan)


def _run(
    place: Place, plans: Mapping[int, Plan], helps: Mapping[int, Help], step: Step
) -> dict[int, Outcome[Applied]]:
    for bench, plan in plans.items():  # refused before anything is touched
        if not _compose(plan, helps[bench]).files[SITE]:
            said = _("le lot %(lot)s n'a pas de corrigé : rien n'est à configurer")
            raise UsageError(said % {"lot": helps[bench].lot})
    orders = [
        Order(
            "solve",
            bench,
            (plan,),
            longest_s(plan) * plan.patience,
            cahier_secrets(place, bench),
            {"help": asdict(replace(helps[bench], stamp=find_stamp(bench)))},
        )
        for bench, plan in plans.items()
    ]
    return run_orders(orders, step, workers=WORKERS)

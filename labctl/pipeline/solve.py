"""Apply the reference solution to benches."""

from collections.abc import Mapping, Sequence

from labctl.configure.compose import compose_for
from labctl.configure.run import Applied, Target
from labctl.configure.run import solve as apply_solution
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _
from labctl.core.plain import to_plain
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.pipeline.journal import find_stamp
from labctl.pipeline.lifecycle import hold, run_orders
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place, bench_dir
from labctl.pipeline.sealed import require_open
from labctl.pipeline.seed import cahier_secrets
from labctl.pipeline.solved import note_solved
from labctl.plan.model import Plan
from labctl.providers.registry import load_observer
from labctl.spec.kind import load_kind

SOLVE_S = 240.0
"""Longest solution of a bench; a kind that updates, encrypts and restarts says how much more."""
WORKERS = 2


def solve(place: Place, benches: Sequence[int], step: Step) -> dict[int, Outcome[Applied]]:
    """Apply the solution in parallel; a task that failed makes the bench's outcome a failure."""
    return run_orders([_order(place, bench) for bench in benches], step, workers=WORKERS)


def solve_on(order: Order, report: Report) -> Applied:
    """Apply the solution to one bench, which is held meanwhile."""
    with hold(order, require_open):
        note_solved(order.bench, order.options.get("session"))
        return solve_bench(order.plan, order.secrets, report)


def solve_bench(plan: Plan, secrets: Mapping[str, Secret], report: Report) -> Applied:
    """Apply the solution to one bench; InfrastructureError, naming the tasks, when one failed."""
    bench = int(plan.bench)
    endpoints = load_observer(plan.provider).endpoints(plan)
    note_solved(bench)
    target = Target(plan, endpoints, secrets, bench_dir(bench) / "private")
    deadline = Deadline.after(longest_s(plan), patience=plan.patience)
    applied = apply_solution(target, deadline, report)
    if applied.troubles:
        raise InfrastructureError(
            _("le corrigé n'a pas pu être appliqué en entier") + "\n" + "\n".join(applied.troubles),
            hint=_("l'état des machines : labctl status %(bench)d") % {"bench": bench},
        )
    return applied


def _order(place: Place, bench: int) -> Order:
    plan = place.plan(bench)
    compose_for(plan)  # refused before anything is touched
    secrets = cahier_secrets(place, bench)
    options = {"session": to_plain(find_stamp(bench))}
    return Order("solve", bench, (plan,), longest_s(plan) * plan.patience, secrets, options)


def longest_s(plan: Plan) -> float:
    """Return how long the solution of a bench may take, before patience."""
    return SOLVE_S + max(load_kind(node.kind).solution_s for node in plan.nodes.values())

"""Apply the reference solution to benches."""

from collections.abc import Sequence

from labctl.configure.run import Applied, Target
from labctl.configure.run import solve as apply_solution
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _
from labctl.core.kind import Kind
from labctl.core.progress import Report
from labctl.pipeline.lifecycle import with_bench
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place, bench_dir
from labctl.pipeline.seed import cahier_secrets
from labctl.pipeline.workers import run_each
from labctl.plan.model import Plan
from labctl.providers.base import Provider
from labctl.providers.registry import load_observer

SOLVE_S, WINDOWS_S = 240.0, 7200.0
"""Longest solution of a bench: a real Windows updates, encrypts and restarts."""
WORKERS = 2


def solve(place: Place, benches: Sequence[int], step: Step) -> dict[int, Outcome[Applied]]:
    """Apply the solution in parallel; a task that failed makes the bench's outcome a failure."""

    def work(plan: Plan, _provider: Provider, report: Report) -> Applied:
        return solve_bench(place, plan, report)

    jobs = {bench: with_bench(place, bench, "solve", work) for bench in benches}
    longest = sum(longest_s(place.plan(bench)) for bench in benches)
    deadline = Deadline.after(longest, patience=place.patience(benches))
    return run_each(jobs, step, workers=WORKERS, deadline=deadline)


def solve_bench(place: Place, plan: Plan, report: Report) -> Applied:
    """Apply the solution to one bench; InfrastructureError, naming the tasks, when one failed."""
    bench = int(plan.bench)
    endpoints = load_observer(plan.provider).endpoints(plan)
    private = bench_dir(bench) / "private"
    target = Target(plan, endpoints, cahier_secrets(place, bench), private)
    deadline = Deadline.after(longest_s(plan), patience=plan.patience)
    applied = apply_solution(target, deadline, report)
    if applied.troubles:
        raise InfrastructureError(
            _("le corrigé n'a pas pu être appliqué en entier") + "\n" + "\n".join(applied.troubles),
            hint=_("l'état des machines : labctl status %(bench)d") % {"bench": bench},
        )
    return applied


def longest_s(plan: Plan) -> float:
    """Return how long the solution of a bench may take, before patience."""
    return WINDOWS_S if plan.workstation.kind is Kind.WINDOWS else SOLVE_S

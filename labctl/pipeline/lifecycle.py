"""Benches come and go: up, status, reset, down, console."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from labctl.core.deadline import Deadline
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report, silent
from labctl.core.store import lock
from labctl.pipeline.place import Place, lock_path
from labctl.pipeline.workers import Outcome, Step, run_each
from labctl.plan.model import Plan
from labctl.providers.base import BenchStatus, Provider, ResetProof
from labctl.providers.registry import load

T = TypeVar("T")

UP_S, RESET_S, DOWN_S = 180.0, 120.0, 30.0
"""Seconds a bench may take before it is given up, far above what it needs."""
WORKERS = 4


@dataclass(frozen=True, slots=True)
class Built:
    """A bench that was observed ready."""

    bench: int
    variant: str
    machines: int
    elapsed_s: float


def foresee(place: Place, benches: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return what ``up`` would make, by bench: its machines that are not there and ready."""
    provider = load(place.room.document.provider)
    foreseen = {}
    for bench in benches:
        plan = place.plan(bench)
        seen = provider.status(plan)
        ready = {node.node for node in seen.nodes if node.alive and node.ready and seen.built}
        foreseen[bench] = tuple(str(node) for node in plan.nodes if node not in ready)
    return foreseen


def up(place: Place, benches: Sequence[int], step: Step) -> dict[int, Outcome[Built]]:
    """Build benches in parallel; a built one is only observed."""

    def build(plan: Plan, provider: Provider, report: Report) -> Built:
        deadline = Deadline.after(UP_S)
        provider.up(plan, report, deadline)
        elapsed_s = UP_S - deadline.remaining_s()
        return Built(int(plan.bench), plan.variant, len(plan.nodes), elapsed_s)

    jobs = {bench: with_bench(place, bench, "up", build) for bench in benches}
    return run_each(jobs, step, workers=WORKERS, deadline=Deadline.after(UP_S * len(benches)))


def reset(
    place: Place, benches: Sequence[int], nodes: Sequence[NodeName], step: Step
) -> dict[int, Outcome[ResetProof]]:
    """Make benches as new and return the proof of each."""

    def renew(plan: Plan, provider: Provider, report: Report) -> ResetProof:
        return provider.reset(plan, nodes, report, Deadline.after(RESET_S))

    jobs = {bench: with_bench(place, bench, "reset", renew) for bench in benches}
    return run_each(jobs, step, workers=WORKERS, deadline=Deadline.after(RESET_S * len(benches)))


def down(provider: str, benches: Sequence[int], step: Step) -> dict[int, Outcome[int]]:
    """Remove benches; works without any document of theirs."""

    def remove(bench: int) -> Callable[[Report], int]:
        def work(report: Report) -> int:
            with lock(lock_path(bench), "labctl down"):
                return load(provider).down(bench, report, Deadline.after(DOWN_S))

        return work

    jobs = {bench: remove(bench) for bench in benches}
    return run_each(jobs, step, workers=WORKERS, deadline=Deadline.after(DOWN_S * len(benches)))


def down_all(provider_name: str) -> int:
    """Remove everything of this instance, known or found by its tag."""
    return load(provider_name).down_all(silent, Deadline.after(DOWN_S * 4))


def status(place: Place, benches: Sequence[int]) -> dict[int, BenchStatus]:
    """Observe benches without touching or locking them."""
    provider = load(place.room.document.provider)
    return {bench: provider.status(place.plan(bench)) for bench in benches}


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


def console(place: Place, bench: int, node: str, argv: Sequence[str]) -> int:
    """Open the console of a machine on this terminal; UsageError, naming them, for another name."""
    check_nodes(place, (bench,), (node,))
    plan = place.plan(bench)
    return load(plan.provider).console(plan, NodeName(node), argv)


def with_bench(
    place: Place, bench: int, verb: str, act: Callable[[Plan, Provider, Report], T]
) -> Callable[[Report], T]:
    """Return the job that does something to one bench while it holds its lock."""

    def work(report: Report) -> T:
        plan = place.plan(bench)
        with lock(lock_path(bench), f"labctl {verb}"):
            return act(plan, load(plan.provider), report)

    return work

"""Benches come and go: up, status, reset, down, console."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from labctl.core.deadline import Deadline
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.kind import Kind
from labctl.core.progress import Report
from labctl.core.store import lock
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place, lock_path
from labctl.pipeline.sealed import require_open, require_unsealed, throw_seal_away
from labctl.pipeline.workers import run_each
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition, BenchStatus, NodeCondition, Provider, ResetProof
from labctl.providers.registry import load, load_observer

T = TypeVar("T")

GRACE_S = 5.0


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds a bench may take before it is given up, far above what it needs."""

    up_s: float
    reset_s: float
    down_s: float


BUDGETS = {"embedded": Budget(60.0, 60.0, 30.0), "libvirt": Budget(900.0, 300.0, 120.0)}
"""By provider: an emulated machine boots in minutes beside others."""
WINDOWS_S = 2700.0
"""What a bench is given besides for the first start of a real Windows."""
WORKERS = 4
LOGIN_SHELL = ("/bin/bash", "-l")
CONSOLES = {"switch": ("/usr/lib/labctl-switch/console",)}
"""What a console shows, by role, where it is not a shell."""


Leave = Callable[[int], None]
"""What is done about a seal before its bench is thrown away."""


def leave_seal(*, is_named: bool) -> Leave:
    """Return what refuses a bench that carries a seal, or, when named, throws the seal away."""
    return throw_seal_away if is_named else require_unsealed


@dataclass(frozen=True, slots=True)
class Built:
    """A bench that was observed ready; ``started`` is empty when everything was there."""

    bench: int
    variant: str
    machines: int
    started: tuple[str, ...]
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Renewed:
    """A bench that is as new, and why."""

    proof: ResetProof
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What ``up`` would start, and what else differs from the plan on a bench that exists."""

    machines: tuple[str, ...]
    differences: tuple[str, ...]


def foresee(place: Place, benches: Sequence[int]) -> dict[int, Foreseen]:
    """Return what ``up`` would do, by bench, from looking only."""
    observer = load_observer(place.room.document.provider)
    foreseen = {}
    for bench in benches:
        require_open(bench)
        seen = observer.status(BenchId(bench))
        lacking = tuple(
            str(node)
            for node in place.plan(bench).nodes
            if seen.nodes.get(node) is not NodeCondition.RUNNING
        )
        is_there = seen.condition in (BenchCondition.READY, BenchCondition.DAMAGED)
        foreseen[bench] = Foreseen(lacking, list_troubles(seen) if is_there else ())
    return foreseen


def up(place: Place, benches: Sequence[int], step: Step) -> dict[int, Outcome[Built]]:
    """Build benches in parallel; a built one is only observed."""

    def build(plan: Plan, provider: Provider, report: Report) -> Built:
        limit_s = budget_of(plan).up_s
        deadline = Deadline.after(limit_s)
        done = provider.up(plan, report, deadline)
        elapsed_s = limit_s - deadline.remaining_s()
        return Built(plan.bench, plan.variant, len(plan.nodes), done.started, elapsed_s)

    jobs = {bench: with_bench(place, bench, "up", build) for bench in benches}
    longest_s = sum(budget_of(place.plan(bench)).up_s for bench in benches)
    return run_each(jobs, step, workers=WORKERS, deadline=Deadline.after(longest_s + GRACE_S))


def reset(
    place: Place, benches: Sequence[int], nodes: Sequence[NodeName], step: Step, leave: Leave
) -> dict[int, Outcome[Renewed]]:
    """Make benches as new and return the proof of each."""

    def renew(plan: Plan, provider: Provider, report: Report) -> Renewed:
        limit_s = budget_of(plan).reset_s
        deadline = Deadline.after(limit_s)
        proof = provider.reset(plan, nodes, report, deadline)
        return Renewed(proof, limit_s - deadline.remaining_s())

    jobs = {bench: with_bench(place, bench, "reset", renew, leave) for bench in benches}
    longest_s = sum(budget_of(place.plan(bench)).reset_s for bench in benches)
    return run_each(jobs, step, workers=WORKERS, deadline=Deadline.after(longest_s + GRACE_S))


def down(
    providers: Sequence[str], benches: Sequence[int], step: Step, leave: Leave
) -> dict[int, Outcome[bool]]:
    """Remove benches, found by their tags; works without any document of theirs.

    The value of an outcome tells whether there was something to remove.
    """
    limit_s = sum(BUDGETS[name].down_s for name in providers)

    def remove(bench: int) -> Callable[[Report], bool]:
        def work(_report: Report) -> bool:
            with lock(lock_path(bench), "labctl down"):
                leave(bench)
                deadline = Deadline.after(limit_s)
                removed = [load(name).down(BenchId(bench), deadline) for name in providers]
                return any(removed)

        return work

    jobs = {bench: remove(bench) for bench in benches}
    return run_each(
        jobs, step, workers=WORKERS, deadline=Deadline.after(limit_s * len(benches) + GRACE_S)
    )


def choose_providers(name: str) -> tuple[str, ...]:
    """Return the named provider; all for no name, those that know more than this machine first."""
    known = tuple(sorted(BUDGETS, reverse=True))
    if name and name not in known:
        load(name)  # says which ones there are
    return (name,) if name else known


def list_benches(providers: Sequence[str]) -> tuple[int, ...]:
    """Return the benches of which something exists, known or found by its tag."""
    return tuple(sorted({bench for name in providers for bench in load(name).list_benches()}))


def list_existing(providers: Sequence[str], benches: Sequence[int]) -> tuple[int, ...]:
    """Return those of the benches of which something exists: what ``down`` would remove."""
    there = list_benches(providers)
    return tuple(bench for bench in benches if bench in there)


def status(place: Place, benches: Sequence[int]) -> dict[int, BenchStatus]:
    """Observe benches without touching or locking them."""
    observer = load_observer(place.room.document.provider)
    return {bench: observer.status(BenchId(bench)) for bench in benches}


def count_running(bench: BenchStatus) -> int:
    """Return how many machines of a bench run."""
    return sum(state is NodeCondition.RUNNING for state in bench.nodes.values())


def list_troubles(bench: BenchStatus) -> tuple[str, ...]:
    """Return one line per machine that does not run, and per missing cable; none when sealed."""
    if bench.condition is BenchCondition.SEALED:
        return ()
    sick = [
        _("%(what)s : %(said)s") % {"what": node, "said": _(state.value)}
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


def console_argv(place: Place, bench: int, node: str, argv: Sequence[str]) -> tuple[str, ...]:
    """Return the local command of a machine's console (or of a command in it).

    Raises UsageError, naming the machines, for a name that is none of them.
    """
    check_nodes(place, (bench,), (node,))
    require_open(bench)
    plan = place.plan(bench)
    chosen = tuple(argv) or CONSOLES.get(plan.nodes[NodeName(node)].role, LOGIN_SHELL)
    return load_observer(plan.provider).enter_argv(BenchId(bench), NodeName(node), chosen)


def budget_of(plan: Plan) -> Budget:
    """Return the time that the provider of a bench may take for it."""
    budget = BUDGETS.get(plan.provider, BUDGETS["embedded"])
    more_s = WINDOWS_S if plan.workstation.kind is Kind.WINDOWS else 0.0
    return replace(budget, up_s=budget.up_s + more_s, reset_s=budget.reset_s + more_s)


def with_bench(
    place: Place,
    bench: int,
    verb: str,
    act: Callable[[Plan, Provider, Report], T],
    require: Callable[[int], None] = require_open,
) -> Callable[[Report], T]:
    """Return the job that does something to one bench while it holds its lock.

    ``require`` refuses benches that the verb must not touch: those that are sealed.
    """

    def work(report: Report) -> T:
        plan = place.plan(bench)
        with lock(lock_path(bench), f"labctl {verb}"):
            require(bench)
            return act(plan, load(plan.provider), report)

    return work

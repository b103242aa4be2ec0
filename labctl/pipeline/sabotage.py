"""A proof on one bench: made ready, then sabotages tried on it, looked at and undone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from labctl.configure.deeds import Deed
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.core.verdict import BenchVerdicts, Help
from labctl.judge.cases import list_specs, name_cases
from labctl.judge.prove import list_changed, list_doubts
from labctl.judge.selection import Selection
from labctl.pipeline.applying import longest_s
from labctl.pipeline.building import renew, renew_s
from labctl.pipeline.campaign import Ready, Tried, list_excuses, list_trials
from labctl.pipeline.choosing import choose_checks, list_faults
from labctl.pipeline.delivery import deliver_s
from labctl.pipeline.handedin import edit_solution
from labctl.pipeline.lifecycle import hold
from labctl.pipeline.look import LOOK_S, SHOW_S, look, look_until
from labctl.pipeline.order import Order
from labctl.pipeline.sealed import require_unsealed
from labctl.pipeline.solve import solve_bench
from labctl.pipeline.taking import do_parts, try_parts
from labctl.plan.fault import resolve
from labctl.plan.model import Plan
from labctl.spec.fault import Fault
from labctl.spec.step import Step

STEP_S = 60.0
"""Longest that the steps of one sabotage, or of its repair, may take."""


def prepare_s(plan: Plan) -> float:
    """Return the longest that making a bench ready may take, before patience."""
    return renew_s(plan) + deliver_s(plan) + longest_s(plan) + SHOW_S + 3 * LOOK_S


def try_s(faults: Sequence[Fault]) -> float:
    """Return the longest that trying sabotages may take, before patience."""
    return 2 * len(faults) * STEP_S + 2 * _show_s(faults) + 3 * LOOK_S


def prove_on(order: Order, report: Report) -> Ready | Tried:
    """Take one turn of a proof: make the bench ready, or try the sabotages that are named."""
    selection = choose_checks(order.plan.referential, order.options["only"])
    bench = _Bench(order, report, selection)
    with hold(order, require_unsealed):
        if order.options["prepares"]:
            return _prepare(bench, order)
        faults = list_faults(selection, order.plan, order.options["names"])
        return _try(bench, faults, order.options["sick"])


@dataclass(frozen=True, slots=True)
class _Bench:
    order: Order
    report: Report
    selection: Selection

    @property
    def plan(self) -> Plan:
        """Return the plan of the bench."""
        return self.order.plan

    def limit(self, seconds: float) -> Deadline:
        """Return the deadline of a step on this bench."""
        return Deadline.after(seconds, patience=self.plan.patience)

    def look(self) -> BenchVerdicts:
        """Observe and judge, each verdict under the name of its case."""
        return name_cases(look(self.plan, self.selection, self.order.secrets, self.report))

    def look_until(
        self, is_right: Callable[[BenchVerdicts], bool], within_s: float
    ) -> BenchVerdicts:
        """Look again and again until what is seen is right, or time is up; return the last look."""
        return look_until(self.look, is_right, self.limit(within_s))


def _prepare(bench: _Bench, order: Order) -> Ready:
    bench.report(_("remise à neuf"))
    renew(bench.plan, order.secrets, bench.report, ())
    untouched = bench.look() if order.options["untouched"] else None
    bench.report(_("application du corrigé"))
    solve_bench(bench.plan, order.secrets, Help("", order.options["by"]), bench.report)
    return Ready(untouched, bench.look_until(_is_conform, SHOW_S))


def _is_conform(seen: BenchVerdicts) -> bool:
    return not list_changed(seen)


def _try(bench: _Bench, faults: Sequence[Fault], sick: Sequence[str]) -> Tried:
    """Break all of it, wait until each sabotage shows as declared and nothing else does, repair.

    The repair is looked at when there is one sabotage, or when something was not as declared;
    else the next look at this bench shows it.
    """
    catalogue = list_specs(bench.selection, bench.plan)
    names = [fault.id for fault in faults]
    known = {fault.id: fault for fault in faults}
    excuses = list_excuses(catalogue, faults)

    def is_declared(seen: BenchVerdicts) -> bool:
        trials = list_trials(known, excuses, names, Tried(seen, None), sick)
        if not trials:
            return not set(list_changed(seen)) - set(sick)
        return not any(list_doubts(catalogue, trial) for trial in trials)

    if names:
        checks = " ".join(str(fault.check) for fault in faults)
        bench.report(_("pannes : %(checks)s") % {"checks": checks})
    own = [resolve(fault, bench.plan) for fault in faults]
    with _undone(partial(revert, bench.plan, own, bench.report)):
        inject(bench.plan, own, bench.report)
        sabotaged = bench.look_until(is_declared, _show_s(faults))
    if not own or (len(own) > 1 and is_declared(sabotaged)):
        return Tried(sabotaged, None)
    healed = lambda seen: not set(list_changed(seen)) - set(sick)  # noqa: E731
    return Tried(sabotaged, bench.look_until(healed, _show_s(faults)))


@contextmanager
def _undone(undo: Callable[[], None]) -> Iterator[None]:
    """Undo what was begun, however it ended; two failures are told as two."""
    try:
        yield
    except InfrastructureError as exc:
        try:
            undo()
        except InfrastructureError as other:
            raise InfrastructureError(f"{exc.message}\n{other.message}", hint=other.hint) from exc
        raise
    except BaseException:
        undo()
        raise
    undo()


def inject(plan: Plan, faults: Sequence[Fault], report: Report) -> None:
    """Break what faults break on a bench, at once on machines that they do not share.

    Their references must be resolved (``plan.fault.resolve``). Raises InfrastructureError at the
    first step that fails: nothing says then what is broken.
    """
    parts = [
        [deed for fault in part for step in fault.steps for deed in _make_deeds(plan, fault, step)]
        for part in split_by_machines(faults)
    ]
    do_parts(plan, parts, _limit(plan, faults), report)


def revert(plan: Plan, faults: Sequence[Fault], report: Report) -> None:
    """Repair what faults broke, the last one first: what it kept has the others in it.

    Raises InfrastructureError, naming the steps that failed, once all were tried.
    """
    troubles: list[str] = []

    def make(fault: Fault, step: Step) -> list[Deed]:
        try:
            return _make_deeds(plan, fault, step)
        except InfrastructureError as exc:
            troubles.append(exc.message)
            return []

    parts = [
        [deed for fault in reversed(part) for step in fault.revert for deed in make(fault, step)]
        for part in split_by_machines(faults)
    ]
    troubles += try_parts(plan, parts, _limit(plan, faults), report)
    if troubles:
        raise InfrastructureError("\n".join(troubles), hint="labctl reset")


def _limit(plan: Plan, faults: Sequence[Fault]) -> Deadline:
    return Deadline.after(STEP_S * len(faults), patience=plan.patience)


def _make_deeds(plan: Plan, fault: Fault, step: Step) -> list[Deed]:
    """Return what a step is on its machine; a document is changed here, where it was written."""
    if step.document is None:
        return [Deed.take(step, fault.file)]
    try:
        documents = edit_solution(plan, step.document)
    except InfrastructureError as exc:
        raise InfrastructureError(f"{fault.file}:{step.line}: {exc.message}") from exc
    return [Deed.shelve(step, fault.file, documents)] if documents else []


def split_by_machines(faults: Sequence[Fault]) -> list[list[Fault]]:
    """Return the faults in parts, in their order, of which no two touch the same machine."""
    parts: list[tuple[set[str], list[Fault]]] = []
    for fault in faults:
        machines = {str(step.node) for step in (*fault.steps, *fault.revert)}
        near = [part for part in parts if part[0] & machines]
        parts = [part for part in parts if not part[0] & machines]
        joined = [one for _machines, part in near for one in part]
        in_order = sorted(joined, key=faults.index)
        parts.append((machines.union(*(part[0] for part in near)), [*in_order, fault]))
    return [part for _machines, part in parts]


def _show_s(faults: Sequence[Fault]) -> float:
    return max([SHOW_S, *(fault.settle_s for fault in faults)])

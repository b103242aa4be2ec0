"""Prove the checks of a cahier: untouched, solved, sabotaged one at a time, reverted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from labctl.collect.bundle import load as load_evidence
from labctl.collect.child import preload
from labctl.configure.faults import inject, revert
from labctl.configure.run import find_solution
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError, UsageError
from labctl.core.i18n import _, about
from labctl.core.kind import Kind
from labctl.core.paths import list_content
from labctl.core.progress import Report
from labctl.core.verdict import BenchVerdicts, Verdict
from labctl.core.wait import until
from labctl.judge.catalogue import load_checks
from labctl.judge.prove import Proof, Row, Trial
from labctl.judge.prove import prove as compare
from labctl.judge.run import judge
from labctl.judge.selection import Selection, select
from labctl.pipeline.acts import place_work
from labctl.pipeline.lifecycle import budget_of, hold
from labctl.pipeline.observe import COLLECT_S, GRACE_S, collect_one
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.pipeline.sealed import require_unsealed
from labctl.pipeline.seed import cahier_secrets
from labctl.pipeline.solve import solve_bench
from labctl.pipeline.workers import run_each
from labctl.plan.fault import resolve
from labctl.plan.model import Plan
from labctl.providers.registry import load, load_observer
from labctl.spec.fault import Fault, load_faults

STEP_S = 60.0
PROVE_S = 3600.0
CONVERGENCE_S = 30.0
"""Seconds a bench may need before all of its solution, or a repair, shows."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one bench contributed: both baselines, and the sabotages it was given."""

    kind: Kind
    untouched: BenchVerdicts
    solved: BenchVerdicts
    trials: tuple[Trial, ...]


def prove(
    place: Place, benches: Sequence[int], only: Sequence[str], step: Step
) -> tuple[Proof, dict[int, Outcome[Part]]]:
    """Share the sabotages between the benches and compare all of it.

    Every bench proves both baselines for its variant. The benches are reset first.
    """
    selection = select(load_checks(), only)
    preload()
    shared = share_faults(_kinds(place, benches), selection)
    jobs = {bench: place_work(_order(place, bench, only, shared[bench])) for bench in benches}
    deadline = Deadline.after(PROVE_S, patience=place.patience(benches))
    outcomes = run_each(jobs, step, workers=len(benches), deadline=deadline)
    parts = [outcome.value for outcome in outcomes.values() if outcome.value]
    if not parts:
        first = next(iter(outcomes.values()))
        message = _("aucun banc n'a pu faire la preuve") + f"\n{first.message}"
        raise InfrastructureError(message, hint=first.hint)
    return merge_parts(selection, parts), outcomes


def foresee(
    place: Place, benches: Sequence[int], only: Sequence[str]
) -> dict[int, tuple[str, ...]]:
    """Return the checks whose sabotage each bench would be given."""
    shared = share_faults(_kinds(place, benches), select(load_checks(), only))
    return {bench: tuple(str(fault.check) for fault in faults) for bench, faults in shared.items()}


def list_faults(checks: Collection[str]) -> list[Fault]:
    """Return the shipped and the centre's sabotages of these checks, by id."""
    faults = load_faults(list_content("playbooks/faults", "*.yml").values())
    return [fault for fault in faults if fault.check in checks]


def _kinds(place: Place, benches: Sequence[int]) -> dict[int, Kind]:
    return {bench: place.room.kind_of(bench) for bench in benches}


def share_faults(kinds: Mapping[int, Kind], selection: Selection) -> dict[int, list[Fault]]:
    """Give each sabotage to the least busy bench on which its check means something."""
    meant = {check.spec.id: check.spec.kinds for check in selection.chosen}
    shared: dict[int, list[Fault]] = {bench: [] for bench in kinds}
    for fault in list_faults(meant):
        able = [bench for bench, kind in kinds.items() if kind in meant[fault.check]]
        if able:
            shared[min(able, key=lambda bench: len(shared[bench]))].append(fault)
    return shared


@dataclass(frozen=True, slots=True)
class _Bench:
    order: Order
    report: Report

    @property
    def plan(self) -> Plan:
        """Return the plan of the bench."""
        return self.order.plan

    def limit(self, seconds: float) -> Deadline:
        """Return the deadline of a step on this bench."""
        return Deadline.after(seconds, patience=self.plan.patience)

    def judge(self, selection: Selection) -> BenchVerdicts:
        """Observe from a process of its own (it stays in the bench's network) and judge."""
        facts = selection.on(self.plan.workstation.kind).needs()
        look = partial(collect_one, self.plan, facts, self.order.secrets)
        outcomes = run_each(
            {self.order.bench: lambda _report: look(self.report)},
            lambda _bench, _text: None,
            workers=1,
            deadline=self.limit(COLLECT_S + GRACE_S),
        )
        run = outcomes[self.order.bench].value
        if run is None:
            raise InfrastructureError(outcomes[self.order.bench].message)
        return judge([load_evidence(run)], selection)[0]


def _order(place: Place, bench: int, only: Sequence[str], faults: Sequence[Fault]) -> Order:
    plan = place.plan(bench)
    find_solution(plan.cahier)  # refused before anything is reset
    options = {"only": list(only), "sabotaged": [str(fault.check) for fault in faults]}
    limit_s = PROVE_S * plan.patience
    return Order("prove", bench, (plan,), limit_s, cahier_secrets(place, bench), options)


def prove_on(order: Order, report: Report) -> Part:
    """Prove on one bench, which is reset first: both baselines, and the sabotages ordered."""
    selection = select(load_checks(), order.options["only"])
    faults = list_faults(order.options["sabotaged"])
    plan, bench = order.plan, _Bench(order, report)
    with hold(order, require_unsealed):
        report(_("remise à neuf"))
        load(plan.provider).reset(plan, (), report, Deadline.after(budget_of(plan).reset_s))
        untouched = bench.judge(selection)
        report(_("application du corrigé"))
        solve_bench(plan, order.secrets, report)
        solved = _converge(bench, selection)
        trials = tuple(
            _try(bench, selection, fault, f"{at}/{len(faults)}")
            for at, fault in enumerate(faults, start=1)
        )
    return Part(plan.workstation.kind, untouched, solved, trials)


def _converge(bench: _Bench, selection: Selection) -> BenchVerdicts:
    last: list[BenchVerdicts] = []

    def is_conform() -> bool:
        last[:] = [bench.judge(selection)]
        return not _changed(last[0])

    until(is_conform, bench.limit(CONVERGENCE_S))
    return last[0]


def _try(bench: _Bench, selection: Selection, fault: Fault, rank: str) -> Trial:
    bench.report(about(f"{rank} {fault.check}", fault.label))
    own = resolve(fault, bench.plan)
    last: list[BenchVerdicts] = []

    def shows() -> bool:
        last[:] = [bench.judge(selection)]
        return fault.check in _changed(last[0])

    endpoints = load_observer(bench.plan.provider).endpoints(bench.plan)
    inject(own, endpoints, bench.limit(STEP_S))
    try:
        until(shows, bench.limit(fault.settle_s))
    finally:
        revert(own, endpoints, bench.limit(STEP_S))
    changed = _changed(last[0]) or {str(fault.check)}
    again = select(load_checks(), sorted(changed))
    return Trial(fault.check, frozenset(fault.also), last[0], _converge(bench, again))


def _changed(verdicts: BenchVerdicts) -> set[str]:
    return {item.check for item in verdicts.verdicts if item.verdict is not Verdict.CONFORM}


def merge_parts(selection: Selection, parts: Sequence[Part]) -> Proof:
    """Compare what every bench contributed; checks that mean nothing for any are left out."""
    if not parts:
        raise UsageError(_("aucun banc n'a pu faire la preuve"))
    trials = [trial for part in parts for trial in part.trials]
    proofs = [_compare(selection, part, trials) for part in parts]
    found: dict[str, list[Row]] = {}
    for proof in proofs:
        for row in proof.rows:
            found.setdefault(row.check, []).append(row)
    rows = tuple(_join(found[check]) for check in sorted(found))
    return Proof(rows, min(proof.score for proof in proofs))


def _compare(selection: Selection, part: Part, trials: Sequence[Trial]) -> Proof:
    catalogue = [check.spec for check in selection.on(part.kind).chosen]
    known = {spec.id for spec in catalogue}
    mine = [trial for trial in trials if trial.check in known]
    return compare(catalogue, part.untouched, part.solved, mine)


def _join(rows: Sequence[Row]) -> Row:
    reasons = dict.fromkeys(reason for row in rows for reason in row.reasons)
    return replace(rows[0], reasons=tuple(reasons))

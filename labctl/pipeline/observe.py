"""Collect and judge: one child per bench looks, one pytest run judges them all."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from labctl.collect.bundle import load as load_evidence
from labctl.collect.child import collect_bench, preload
from labctl.collect.recorder import Circumstances
from labctl.core.deadline import Deadline
from labctl.core.once import reading_once
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.core.verdict import BenchVerdicts, ExamStamp, Reason, Restart, Verdict
from labctl.facts.evidence import Evidence
from labctl.facts.reading import Key
from labctl.facts.registry import load_key, name_key
from labctl.facts.watched import want_watches
from labctl.grade.document import to_document
from labctl.grade.model import Blocked, GradeSheet, Mode
from labctl.grade.sheet import Frame, build_sheet
from labctl.judge.restart import name_lost
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.pipeline import beside
from labctl.pipeline.choosing import choose_checks, choose_from, load_exam
from labctl.pipeline.delivered import require_delivered
from labctl.pipeline.handedin import take_comings, take_documents
from labctl.pipeline.helped import read_helps
from labctl.pipeline.idleness import Idleness
from labctl.pipeline.incident_book import read_book
from labctl.pipeline.incident_facts import tell_evidence
from labctl.pipeline.journal import find_stamp
from labctl.pipeline.lifecycle import hold
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.people import keep_with_runs, read_learner
from labctl.pipeline.place import Place, new_run
from labctl.pipeline.remote import ask_beside, place_work
from labctl.pipeline.runs import find_evidence, write_run
from labctl.pipeline.sealed import require_open
from labctl.pipeline.seed import cahier_secrets
from labctl.pipeline.workers import run_each
from labctl.plan.model import Plan
from labctl.providers.parts import load_observer
from labctl.spec.grid import Grid
from labctl.spec.watch import Watch

COLLECT_S, GRACE_S = 75.0, 5.0
"""Seconds one bench's collection may take in all."""
WORKERS = min(16, max(4, 3 * (os.cpu_count() or 1)))
"""Benches looked at at once: a collection waits half of its time, and more of them would only make
each other late, which a network that is slow to answer looks like. Where that is so, processors are
idle, and more are looked at."""
NOTHING_KNOWN = Circumstances()


@dataclass(frozen=True, slots=True)
class Choice:
    """What is judged of the route of a bench: all of it or parts, and whether points exist."""

    only: tuple[str, ...]
    mode: Mode
    blocked: Blocked = Blocked.PENDING


@dataclass(frozen=True, slots=True)
class Graded:
    """One bench judged: where its run is, and its sheet."""

    run_dir: Path
    verdicts: BenchVerdicts
    sheet: GradeSheet


def make_choice(only: Sequence[str], mode: str, blocked: str = Blocked.PENDING) -> Choice:
    """Return the choice of these words, as typed."""
    return Choice(tuple(only), Mode(mode), Blocked(blocked))


def choose(exam: str, choice: Choice) -> Selection:
    """Return the checks of a choice among those of an exam.

    Raises UsageError for a name that names nothing.
    """
    return choose_checks(exam, choice.only)


def collect(
    place: Place,
    benches: Sequence[int],
    choice: Choice,
    step: Step,
    restarts: Mapping[int, Restart] | None = None,
) -> dict[int, Outcome[Path]]:
    """Observe benches in parallel; each leaves its evidence in a new run folder.

    ``restarts`` are the power cuts that this comes after, by bench.
    """
    selection = choose(place.cahier.referential, choice)
    preload()
    with reading_once():
        orders = [_order(place, bench, selection, choice, restarts or {}) for bench in benches]
    outcomes = _carry_out(place, orders, step)
    if choice.mode is Mode.TRAINING:
        keep_with_runs({bench: one.value for bench, one in outcomes.items() if one.value})
    return outcomes


def collect_facts(place: Place, bench: int, facts: Sequence[str], step: Step) -> Outcome[Path]:
    """Observe one bench for facts that are named, whatever checks need; return its run folder."""
    preload()
    with reading_once():
        order = _make_order(place, bench, facts, ("record",))
    return _carry_out(place, [order], step)[bench]


def _carry_out(place: Place, orders: Sequence[Order], step: Step) -> dict[int, Outcome[Path]]:
    jobs = {order.bench: place_work(order) for order in orders}
    rounds = 1 + len(jobs) // WORKERS
    deadline = Deadline.after(COLLECT_S * rounds + GRACE_S, patience=place.patience(jobs))
    may_add = Idleness().has_spare
    return run_each(jobs, step, workers=WORKERS, deadline=deadline, may_add=may_add)


def collect_on(order: Order, report: Report) -> Path:
    """Observe one bench, which is held meanwhile, for the facts that are ordered."""
    facts = [load_key(name) for name in order.options["facts"]]
    with hold(order, require_open):
        require_delivered(order.plan)
        documents = take_documents(order.plan)
        return collect_one(
            order.plan,
            facts,
            order.secrets,
            report,
            Circumstances(
                only=tuple(order.options["only"]),
                restart=_read_restart(order.options.get("restart")),
                stamp=_read_stamp(order.options.get("session")),
                documents=documents,
                comings=take_comings(order.plan),
                incidents=tuple(one.course for one in read_book(order.bench).records),
            ),
        )


def collect_one(  # noqa: PLR0913  # the last four are options
    plan: Plan,
    facts: Iterable[Key],
    secrets: Mapping[str, Secret],
    report: Report,
    known: Circumstances = NOTHING_KNOWN,
    *,
    run: Path | None = None,
    watches: Sequence[Watch] = (),
) -> Path:
    """Observe one bench from this process, which enters the bench's network and stays there.

    ``known`` is for those who read its evidence; which solutions were applied is added to it. The
    evidence goes to ``run``, a new one of the bench for None. ``watches`` are looked at besides.
    """
    known = replace(known, helps=read_helps(plan.bench))
    observer = load_observer(plan.provider)
    argv = observer.serve_argv(plan)
    if argv:
        order = beside.order_look(plan, facts, COLLECT_S * plan.patience, secrets, known, watches)
        found: Path = ask_beside(argv, order, report, run)
        return found
    return collect_bench(
        plan,
        observer.endpoints(plan),
        facts,
        run or new_run(plan.bench),
        Deadline.after(COLLECT_S, patience=plan.patience),
        report,
        secrets=secrets,
        circumstances=known,
        watched=want_watches(watches) if watches else None,
    )


def _read_restart(found: Mapping[str, Any] | None) -> Restart | None:
    if found is None:
        return None
    return Restart(tuple(found["machines"]), found["before"], found["trouble"])


def _read_stamp(found: Mapping[str, Any] | None) -> ExamStamp | None:
    return None if found is None else ExamStamp(**found)


def _order(
    place: Place,
    bench: int,
    selection: Selection,
    choice: Choice,
    restarts: Mapping[int, Restart],
) -> Order:
    facts = sorted(map(name_key, selection.meant_for(place.plan(bench)).needs(place.plan(bench))))
    return _make_order(place, bench, facts, choice.only, restarts.get(bench))


def _make_order(
    place: Place,
    bench: int,
    facts: Sequence[str],
    only: Sequence[str],
    restart: Restart | None = None,
) -> Order:
    plan, stamp = place.plan(bench), find_stamp(bench)
    secrets = cahier_secrets(place, bench)
    options = {
        "facts": list(facts),
        "only": list(only),
        "restart": restart and asdict(restart),
        "session": stamp and asdict(stamp),
    }
    return Order("collect", bench, (plan,), COLLECT_S * plan.patience, secrets, options)


def grade(runs: Sequence[Path], choice: Choice) -> tuple[Graded, ...]:
    """Judge runs that were just collected, and write verdicts and sheet beside their evidence."""
    evidences = [load_evidence(run) for run in runs]
    if not evidences:
        return ()
    exam = load_exam(evidences[0].plan.referential)  # all of them are of one
    judged = _judge(runs, evidences, choice, exam)
    rows = zip(runs, evidences, judged, strict=True)
    return tuple(_conclude(run, one, verdicts, choice, exam) for run, one, verdicts in rows)


def grade_again(folder: Path, choice: Choice) -> tuple[Graded, ...]:
    """Judge a run from its evidence alone; the conclusion is a new run that names it."""
    source = find_evidence(folder).absolute()
    evidence = load_evidence(source)
    exam = load_exam(evidence.plan.referential)
    (verdicts,) = _judge([source], [evidence], choice, exam)
    provenance = replace(verdicts.provenance, only=choice.only or evidence.only, source=str(source))
    named = replace(verdicts, provenance=provenance)
    return (_conclude(new_run(evidence.plan.bench), evidence, named, choice, exam),)


def _judge(
    runs: Sequence[Path], evidences: Sequence[Evidence], choice: Choice, exam: Grid
) -> tuple[BenchVerdicts, ...]:
    """Judge runs; of those that came after a power cut, name what was lost with the power."""
    selection = choose_from(exam, choice.only)
    before = {
        rank: load_evidence(run.parent / one.restart.before)
        for rank, (run, one) in enumerate(zip(runs, evidences, strict=True))
        if one.restart and one.restart.before and (run.parent / one.restart.before).is_dir()
    }
    judged = judge([*evidences, *before.values()], selection)
    earlier = dict(zip(before, judged[len(evidences) :], strict=True))
    ended = {check.spec.id for check in selection.chosen if check.spec.ended_by_cut}
    return tuple(
        name_lost(earlier[rank], verdicts, ended) if rank in earlier else verdicts
        for rank, verdicts in enumerate(judged[: len(evidences)])
    )


def _conclude(
    run: Path, evidence: Evidence, verdicts: BenchVerdicts, choice: Choice, exam: Grid
) -> Graded:
    plan = evidence.plan
    frame = Frame(
        choice.mode,
        plan.route,
        plan.title,
        plan.company,
        choice.blocked,
        exam.place(plan.unread),
        read_learner(Path(verdicts.provenance.source or run)),
        tell_evidence(evidence, exam),
    )
    sheet = build_sheet(verdicts, exam.referential, frame)
    write_run(run, verdicts, sheet)
    return Graded(run, verdicts, sheet)


def sheet_document(sheet: GradeSheet) -> dict[str, object]:
    """Return a sheet as JSON values."""
    return to_document(sheet)


def exit_code(graded: Sequence[Graded], *, strict: bool) -> int:
    """Return 5: nothing was reached, 4: a person must decide, 1: strict and not all conform.

    Nothing judged at all is for a person to decide too.
    """
    found = [item for one in graded for item in one.verdicts.verdicts]
    kinds = {item.verdict for item in found}
    if found and all(item.reason is Reason.UNREACHABLE for item in found):
        return 5
    if not found or Verdict.UNVERIFIABLE in kinds:
        return 4
    return 1 if strict and kinds - {Verdict.CONFORM, Verdict.NOT_APPLICABLE} else 0

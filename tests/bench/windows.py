"""What the facts of simulated Windows cost: ``python -m tests.bench.windows [BENCHES] [RUNS]``.

Machines of their own (a workstation and the jury's view per bench), visited as ``collect`` does,
all benches at once; prints one line of what it came to.
"""

import json
import multiprocessing
import resource
import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from labctl.collect.child import collect_bench, preload
from labctl.collect.facts import parse
from labctl.collect.needs import gather
from labctl.connect.base import Question, Transport
from labctl.connect.cim.winrm import open_winrm
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.progress import silent
from labctl.core.verdict import Unobserved
from labctl.facts.reading import Wanted
from labctl.plan.model import Interface, Link, Plan
from labctl.providers import parts
from labctl.spec.topology import End
from tests.plans import Desk, plan_of
from tests.probes import all_probes

POSTE = NodeName("poste")


@dataclass(frozen=True)
class Cost:
    """What the facts of one bench come to."""

    questions: int
    round_trips: int
    facts: int
    unobserved: tuple[str, ...]


def small_plan(bench: int) -> Plan:
    """Return a bench of the simulated Windows and the jury's view, nothing else."""
    plan = plan_of(bench, Desk.SIMULATED)
    station, jury = plan.nodes[POSTE], plan.nodes[plan.management.vantage]
    card = Interface("eth1", "02:00:00:01:00:fe")
    cable = Link(End(jury.name, card.name), End(POSTE, station.interfaces[0].name))
    nodes = {POSTE: station, jury.name: replace(jury, interfaces=(card,))}
    return replace(plan, nodes=nodes, links=(cable,))


def windows_facts(plan: Plan) -> tuple[Wanted, ...]:
    """Return the facts for which only the Windows is asked."""
    every = [probe.wanted(plan) for probe in all_probes()]
    return tuple(wanted for wanted in every if _asks_windows(wanted, plan))


def count(plan: Plan) -> Cost:
    """Visit a bench once, in this process, and count what it takes."""
    needs = gather(plan, windows_facts(plan))
    endpoint = parts.load_observer("embedded").endpoints(plan).find(POSTE, Transport.CIM)
    if endpoint is None:
        raise SystemExit("no way into the simulated Windows")
    session = open_winrm(endpoint, Deadline.after(20))
    answers = session.ask(needs.questions, Deadline.after(20))
    session.close()
    facts = {
        name: parse(plan, wanted, [answers[at] for at in needs.asked_by[name]])
        for name, wanted in needs.wanted.items()
    }
    lost = tuple(
        f"{name}: {fact.detail}" for name, fact in facts.items() if isinstance(fact, Unobserved)
    )
    return Cost(len(needs.questions), session.round_trips, len(facts), lost)


def collect_all(plans: list[Plan], folder: Path) -> tuple[float, float]:
    """Collect the Windows facts of all benches at once; return the seconds, and those of CPU."""
    context = multiprocessing.get_context("fork")
    start, used = time.monotonic(), _processor_s()
    children = [
        context.Process(target=_collect, args=(plan, folder / f"{plan.bench}-{start}"))
        for plan in plans
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    seconds, spent = time.monotonic() - start, _processor_s() - used
    if any(child.exitcode for child in children):
        raise SystemExit("a bench could not be collected")
    return round(seconds, 2), round(spent, 2)


def main(benches: int, runs: int) -> None:
    """Build, measure, print, take down."""
    plans = [small_plan(number) for number in range(1, benches + 1)]
    provider = parts.load("embedded")
    with TemporaryDirectory() as state, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", state)
        try:
            for plan in plans:
                provider.up(plan, silent, Deadline.after(400))
            preload()
            seconds = [collect_all(plans, Path(state) / "runs") for _run in range(runs)]
            _report(count(plans[0]), benches, seconds)
        finally:
            for plan in plans:
                provider.down(plan.bench, Deadline.after(60))


def _processor_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _report(cost: Cost, benches: int, measured: list[tuple[float, float]]) -> None:
    seconds = [one for one, _spent in measured]
    print(  # noqa: T201
        json.dumps({
            "measure": "facts of simulated Windows", "benches": benches,
            "seconds": seconds, "median_s": statistics.median(seconds),
            "labctl_cpu_s": [spent for _one, spent in measured], "questions": cost.questions,
            "round_trips": cost.round_trips, "facts": cost.facts, "unobserved": cost.unobserved,
        }, ensure_ascii=False)
    )  # fmt: skip


def _collect(plan: Plan, folder: Path) -> None:
    endpoints = parts.load_observer("embedded").endpoints(plan)
    facts = [wanted.key for wanted in windows_facts(plan)]
    folder.mkdir(parents=True)
    collect_bench(plan, endpoints, facts, folder, Deadline.after(30), silent)


def _asks_windows(wanted: Wanted, plan: Plan) -> bool:
    questions: tuple[Question, ...] = wanted.ask(plan)
    return bool(questions) and all(one.transport is Transport.CIM for one in questions)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]] + [16, 3][len(sys.argv) - 1 :]
    main(*given)

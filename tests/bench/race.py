"""labctl against the other ways, in turn, in one run: ``python -m tests.bench.race``.

Prints and writes one JSON document: medians of the rounds, and the ratio of each to labctl.
"""

import argparse
import json
import os
import platform
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from labctl.collect.bundle import load
from labctl.collect.child import collect_bench, preload
from labctl.connect.vantage import enter
from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.core.verdict import Verdict
from labctl.facts import registry
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.pipeline.observe import WORKERS
from labctl.pipeline.workers import run_each
from tests.bench import visited
from tests.bench.asked import ASKED, Asked
from tests.bench.cost import Cost, measure, median
from tests.bench.hosts import Field, open_field
from tests.bench.memory import below, peak
from tests.bench.rivals import RIVALS
from tests.plans import example_cahier, example_room, plan_of

LIMIT_S = 120


@dataclass(frozen=True)
class Lap:
    """One round of labctl: what it took until the evidence was written, and until the verdicts."""

    gathered: Cost
    judged_s: float


def main(words: Sequence[str]) -> None:
    """Run the race and write its result."""
    parser = argparse.ArgumentParser(prog="race", description=__doc__)
    parser.add_argument("--hosts", type=int, default=96, help="a multiple of 6")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("bench.json"))
    args = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # nothing is left then either
    with tempfile.TemporaryDirectory(prefix="labctl-bench-") as name:
        folder = Path(name)
        with open_field(args.hosts, folder / "field") as field:
            enter(field.place)
            preload()
            example_cahier(), example_room()  # read once, before the children, as labctl does
            result = run_rounds(field, folder, args.rounds)
    text = json.dumps(result, indent=1)
    args.out.write_text(text + "\n", encoding="utf-8")
    print(text)  # noqa: T201


def run_rounds(field: Field, folder: Path, rounds: int) -> dict[str, object]:
    """Let every contender run in turn, so often; return medians, ratios and growth."""
    laps: list[Lap] = []
    seconds: dict[str, list[float]] = {rival.name: [] for rival in RIVALS}
    costs: dict[str, list[Cost]] = {rival.name: [] for rival in RIVALS}
    for number in range(rounds):
        laps.append(run_labctl(field, folder / f"lap-{number}", ASKED))
        for rival in RIVALS:
            own = folder / f"{rival.name}-{number}"
            own.mkdir()
            taken, cost = measure(field, partial(rival.run, field, own))
            seconds[rival.name].append(taken)
            costs[rival.name].append(cost)
            sys.stderr.write(
                f"{number + 1}/{rounds} {rival.name} {seconds[rival.name][-1]:.2f} s\n"
            )
    gathered = median([lap.gathered for lap in laps])
    judged = statistics.median(lap.judged_s for lap in laps)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    spent = {name: median(values) for name, values in costs.items()}
    return {
        "schema": "labctl/bench/v1",
        "machine": {
            "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release().partition("-")[0],
            "python": platform.python_version(),
            "load_at_end": round(os.getloadavg()[2], 1),
        },
        "hosts": len(field.hosts),
        "checks": len(field.hosts) * len(ASKED),
        "rounds": rounds,
        "labctl": {
            "gathered_s": round(gathered.wall_s, 2),
            "judged_s": round(judged, 2),
            **_processor(gathered),
            "memory_mib": measure_memory(field, folder),
        },
        "others": {
            name: {
                "median_s": round(one, 2),
                "seconds": [round(lap, 2) for lap in seconds[name]],
                "times_labctl": round(one / (gathered.wall_s if name == "floor" else judged), 2),
                **_processor(spent[name]),
            }
            for name, one in medians.items()
        },
        "growth": measure_growth(field, folder),
    }


def measure_growth(field: Field, folder: Path) -> list[dict[str, float]]:
    """Let labctl run on a part of the hosts, and with a part of the checks."""
    hosts = len(field.hosts)
    parts = [(hosts // 4, 15), (hosts // 2, 15), (hosts, 15), (hosts, 5), (hosts, 10)]
    grown = []
    for count, checks in parts:
        count -= count % visited.MACHINES  # noqa: PLW2901  # whole benches
        some = replace(field, pids={n: field.pids[n] for n in field.hosts[:count]})
        lap = run_labctl(some, folder / f"part-{count}-{checks}", ASKED[:checks])
        grown.append({"hosts": count, "checks": checks, "judged_s": round(lap.judged_s, 2)})
    return grown


def measure_memory(field: Field, folder: Path) -> int:
    """Return the most MiB that labctl has in a round: one more, not a timed one."""
    hosts = set(below(os.getpid()))

    def own() -> set[int]:
        return {os.getpid(), *below(os.getpid())} - hosts

    return peak(lambda: run_labctl(field, folder / "watched", ASKED), own)[1]


def run_labctl(field: Field, folder: Path, asked: tuple[Asked, ...]) -> Lap:
    """Collect and judge as ``labctl grade`` does: a child a bench, a visit a machine."""
    benches = range(1, len(field.hosts) // visited.MACHINES + 1)
    selection = visited.make_selection(asked)
    with registered(asked):
        jobs = {bench: partial(_collect, field, bench, folder) for bench in benches}
        limit = Deadline.after(LIMIT_S)
        gather = partial(
            run_each, jobs, lambda _bench, _text: None, workers=WORKERS, deadline=limit
        )
        done, gathered = measure(field, gather)
        start = time.monotonic()
        runs = [outcome.value for outcome in done.values() if outcome.value is not None]
        _judge(runs, selection, len(benches))
    return Lap(gathered, gathered.wall_s + time.monotonic() - start)


def _processor(cost: Cost) -> dict[str, float]:
    return {"own_cpu_s": round(cost.own_s, 2), "hosts_cpu_s": round(cost.hosts_s, 2)}


@contextmanager
def registered(asked: tuple[Asked, ...]) -> Iterator[None]:
    """Let labctl find the probes of the field among its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, probe in visited.make_probes(asked).items():
            patch.setitem(registry.OWN_FACTS, name, probe)
        yield


def _collect(field: Field, bench: int, folder: Path, report: Report) -> Path:
    return collect_bench(
        plan_of(bench),
        visited.make_endpoints(field, bench),
        [(fact, "") for fact in visited.FACTS],
        folder / f"{bench:02d}",
        Deadline.after(LIMIT_S),
        report,
    )


def _judge(runs: Sequence[Path], selection: Selection, benches: int) -> None:
    verdicts = [
        one.verdict
        for bench in judge([load(run) for run in runs], selection)
        for one in bench.verdicts
    ]
    right = verdicts.count(Verdict.CONFORM)
    if right != benches * len(selection.chosen):
        raise SystemExit(f"{right} of {benches * len(selection.chosen)} verdicts conform")


if __name__ == "__main__":
    main(sys.argv[1:])

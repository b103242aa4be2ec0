"""``docs/benchmarks.md`` from what was measured: ``python -m tests.bench.page RACE VERBS``."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
RESULT = DOCS / "benchmarks.json"
PAGE = DOCS / "benchmarks.md"
NAMES = {
    "floor": "the same script without SSH, and one bare connection a host (the floor)",
    "testinfra": "pytest-testinfra over paramiko, as shipped (its own fixture: host after host)",
    "testinfra-turned": "the same, one check on every host, then the next",
    "testinfra-nodelay": "pytest-testinfra over paramiko, TCP_NODELAY patched in",
    "testinfra-controlpath": "pytest-testinfra over ssh with ControlPath",
    "ansible": "Ansible, one task a check, pipelining, 16 forks",
}
VERBS = ("up", "reset", "solve", "grade", "down")
HEAD = """\
# Benchmarks

`make bench` measures and rewrites this page, from [benchmarks.json](benchmarks.json). It needs
root and what `make setup` installs; pytest-testinfra comes apart, from `requirements-bench.lock`.
Figures of two machines cannot be compared: ratios can.
"""
RACE = """\
## The same questions, asked in other ways

{hosts} hosts, each a real sshd in namespaces of its own, {checks} checks in all; every contender in
turn, {rounds} round(s), medians. {cores} cores, Linux {kernel}, Python {python}; load average of
the last quarter of an hour of it: {load_at_end}.

| | seconds | times labctl |
|---|---|---|
| **labctl**, gathered | {gathered_s} | |
| **labctl**, gathered and judged | {judged_s} | 1 |"""
FAIRNESS = """
The floor is compared with the gathering, the others with gathering and judging: they do both, but
for Ansible, which compares nothing. labctl's time is that of `collect_bench` and `judge`, in one
child a bench, as `grade` runs them; only facts, probes and checks are the benchmark's
(`tests/bench/`).
"""
LIMITS_HEAD = """\
## What limits it

Seconds of processor of one round, medians: they hardly depend on what else a machine does.
The floor runs the script itself.

| | who asks | the hosts |
|---|---|---|"""
LIMITS = """
- **The hosts**: sshd and the script take {host_ms:.0f} ms each, {bound_s:.2f} s in all on {cores}
  cores; the floor takes {floor_ms:.0f} ms a host. A client that cost nothing, asking over one
  connection, would need {bound_times:.1f} times the processor of the floor; labctl needs
  {times:.1f}.
- **labctl**: handshakes, answers, evidence take {own_ms:.0f} ms a host.
- **Nagle**, which paramiko leaves on: a test of pytest-testinfra takes {stall_ms:z.0f} ms more
  when the next one is of the same host, as its fixture has it, {turned_ms:z.0f} in the other order.
"""
MEMORY = """\
## Memory

The most that the command and its children had at once, proportional set size, in a run apart from
the timed ones: {race} MiB for the {checks} checks above, {grade} MiB for `grade` of
{benches:.0f} benches.
"""
VERBS_HEAD = """\
## Verbs

`labctl --help`: {help:.3f} s. `labctl validate` of the example: {validate:.2f} s. Whole benches,
from layers that are there; « grade » is of solved ones:
"""


def main(race: Path, verbs: Path) -> None:
    """Keep both results, and write the page."""
    result = {"race": json.loads(race.read_text()), "verbs": json.loads(verbs.read_text())}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(render(result), encoding="utf-8")


def render(result: Mapping[str, Any]) -> str:
    """Return the page."""
    race = result["race"]
    return "\n".join(
        [HEAD, *_race(race), *_limits(race), *_growth(race), *_verbs(result), _memory(result)]
    )


def _race(race: Mapping[str, Any]) -> Iterator[str]:
    yield RACE.format(**race, **race["machine"], **race["labctl"])
    for name, words in NAMES.items():
        other = race["others"][name]
        yield f"| {words} | {other['median_s']} | {other['times_labctl']} |"
    yield FAIRNESS


def _limits(race: Mapping[str, Any]) -> Iterator[str]:
    labctl, others, hosts = race["labctl"], race["others"], race["hosts"]
    yield LIMITS_HEAD
    rows = {"**labctl**, gathered": labctl, **{NAMES[name]: others[name] for name in NAMES}}
    for words, one in rows.items():
        yield f"| {words} | {one['own_cpu_s']} | {one['hosts_cpu_s']} |"
    floor, cores = others["floor"], race["machine"]["cores"]
    least_s = floor["own_cpu_s"] + floor["hosts_cpu_s"]
    no_delay_s, checks = others["testinfra-nodelay"]["median_s"], race["checks"]
    yield LIMITS.format(
        **labctl,
        cores=cores,
        host_ms=1000 * labctl["hosts_cpu_s"] / hosts,
        own_ms=1000 * labctl["own_cpu_s"] / hosts,
        floor_ms=1000 * least_s / hosts,
        bound_s=labctl["hosts_cpu_s"] / cores,
        bound_times=labctl["hosts_cpu_s"] / least_s,
        times=(labctl["own_cpu_s"] + labctl["hosts_cpu_s"]) / least_s,
        stall_ms=1000 * (others["testinfra"]["median_s"] - no_delay_s) / checks,
        turned_ms=1000 * (others["testinfra-turned"]["median_s"] - no_delay_s) / checks,
    )


def _growth(race: Mapping[str, Any]) -> Iterator[str]:
    yield "## Growth\n"
    yield "| hosts | checks a host | seconds |"
    yield "|---|---|---|"
    for part in race["growth"]:
        yield f"| {part['hosts']} | {part['checks']} | {part['judged_s']} |"
    yield ""


def _verbs(result: Mapping[str, Any]) -> Iterator[str]:
    yield VERBS_HEAD.format(**result["verbs"]["seconds"])
    yield f"| benches | {' | '.join(VERBS)} |"
    yield f"|{'---|' * (len(VERBS) + 1)}"
    for row in result["verbs"]["benches"]:
        cells = (f"{row[verb]:.1f} s" if verb in row else "" for verb in VERBS)
        yield f"| {row['benches']:.0f} | {' | '.join(cells)} |"
    yield ""


def _memory(result: Mapping[str, Any]) -> str:
    race, graded = result["race"], result["verbs"]["benches"][-1]
    return MEMORY.format(
        race=race["labctl"]["memory_mib"],
        checks=race["checks"],
        grade=graded["grade_mib"],
        benches=graded["benches"],
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

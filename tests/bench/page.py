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
the quarter of an hour before: {load_at_start}.

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
    return "\n".join([HEAD, *_race(result["race"]), *_growth(result["race"]), *_verbs(result)])


def _race(race: Mapping[str, Any]) -> Iterator[str]:
    yield RACE.format(**race, **race["machine"], **race["labctl"])
    for name, words in NAMES.items():
        other = race["others"][name]
        yield f"| {words} | {other['median_s']} | {other['times_labctl']} |"
    yield FAIRNESS


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


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

"""How long the verbs take on whole benches: ``python -m tests.bench.verbs [--sizes 1,4,16]``.

Benches of a state folder of its own, from layers that are there; prints and writes one JSON
document. The benches of the largest size are solved, and graded three times.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.memory import below, peak
from tests.commands import Command

LIMIT_S = 1800
CAHIER = "inventories/cahiers/tai-tp-pme-01.cdc.yml"


def main(words: Sequence[str]) -> None:
    """Measure, and leave nothing."""
    parser = argparse.ArgumentParser(prog="verbs", description=__doc__)
    parser.add_argument("--sizes", default="1,4,16")
    parser.add_argument("--out", type=Path, default=Path("verbs.json"))
    args = parser.parse_args(words)
    sizes = [int(size) for size in args.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="labctl-bench-") as folder:
        command = Command(Path(folder))
        small = {
            "help": _median(command, 11, "--help"),
            "validate": _median(command, 5, "validate", CAHIER),
        }
        try:
            benches = [_measure(command, size, last=size == sizes[-1]) for size in sizes]
        finally:
            command.must("down", "--all", timeout_s=LIMIT_S)
    result = {"schema": "labctl/bench-verbs/v1", "seconds": small, "benches": benches}
    text = json.dumps(result, indent=1)
    args.out.write_text(text + "\n", encoding="utf-8")
    print(text)  # noqa: T201


def _measure(command: Command, size: int, *, last: bool) -> dict[str, float]:
    which = f"1-{size}"
    took = {"benches": float(size), "up": _time(command, "up", which)}
    took["reset"] = _time(command, "reset", which)
    if last:
        took["solve"] = _time(command, "solve", which)
        laps = [_time(command, "grade", which, "--strict") for _lap in range(3)]
        took["grade"] = statistics.median(laps)
        # One more, not a timed one.
        took["grade_mib"] = peak(
            lambda: _time(command, "grade", which, "--strict"), lambda: below(os.getpid())
        )[1]
    took["down"] = _time(command, "down", which)
    return took


def _median(command: Command, times: int, *words: str) -> float:
    return statistics.median(_time(command, *words) for _lap in range(times))


def _time(command: Command, *words: str) -> float:
    start = time.monotonic()
    command.must(*words, timeout_s=LIMIT_S)
    seconds = round(time.monotonic() - start, 3)
    sys.stderr.write(f"{' '.join(words)} : {seconds} s\n")
    return seconds


if __name__ == "__main__":
    main(sys.argv[1:])

"""Grading again what nobody touched says the same, word for word.

``LABCTL_GRADINGS`` says how many times in all (2; ``make steady``: 50).
"""

import os
import statistics
import time
from typing import Any

import pytest

from tests.commands import Command

pytestmark = pytest.mark.embedded

GRADINGS = int(os.environ.get("LABCTL_GRADINGS", "2"))


def said(room: Command) -> dict[str, dict[str, Any]]:
    """Return the verdicts without what names this reading: times, and digests of raw outputs."""
    return {
        check: {key: value for key, value in verdict.items() if key != "evidence"}
        for check, verdict in room.verdicts(1).items()
    }


def test_every_grading_of_a_solved_bench_says_the_same(solved: Command) -> None:
    times, others = [], 0
    first: dict[str, dict[str, Any]] = {}
    for _grading in range(GRADINGS):
        begun = time.monotonic()
        found = said(solved)
        times.append(time.monotonic() - begun)
        first = first or found
        others += found != first

    slowest, usual = max(times), statistics.median(times)
    print(  # noqa: T201  # the figures are asked for
        f"{GRADINGS} gradings of {len(first)} checks: {others} said something else than the first;"
        f" {usual:.1f} s each (median), {slowest:.1f} s at most"
    )
    assert others == 0
    assert {verdict["verdict"] for verdict in first.values()} == {"conforme"}

"""Grading again what nobody touched says the same, word for word.

``LABCTL_GRADINGS`` says how many times in all (2; ``make steady``: 50).
"""

import os
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
    first = said(solved)

    for _again in range(1, GRADINGS):
        assert said(solved) == first
    assert {verdict["verdict"] for verdict in first.values()} == {"conforme"}

"""Grading again what nobody touched says the same, word for word."""

from typing import Any

import pytest

from tests.commands import Command

pytestmark = pytest.mark.embedded


def said(room: Command) -> dict[str, dict[str, Any]]:
    """Return the verdicts without what names this reading: times, and digests of raw outputs."""
    return {
        check: {key: value for key, value in verdict.items() if key != "evidence"}
        for check, verdict in room.verdicts(1).items()
    }


def test_two_gradings_of_a_solved_bench_say_the_same(solved: Command) -> None:
    first = said(solved)

    assert said(solved) == first
    assert {verdict["verdict"] for verdict in first.values()} == {"conforme"}

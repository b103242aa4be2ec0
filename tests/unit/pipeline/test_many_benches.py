"""Judging many recorded benches takes time in proportion to their number."""

import time
from pathlib import Path

import pytest

from labctl.pipeline.observe import grade
from tests.runs import WHOLE, collected

FEW, MANY = 2, 12
SPARE = 1.5
"""What a measure may be off: a square would be off by six."""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


def measure(count: int) -> float:
    """Return the seconds of processor of judging so many benches in one command."""
    runs = [collected(1 + rank % 16) for rank in range(count)]
    begun = time.process_time()
    judged = grade(runs, WHOLE)
    seconds = time.process_time() - begun
    assert len(judged) == count
    return seconds


def test_judging_six_times_the_benches_takes_at_most_six_times_as_long() -> None:
    measure(1)  # what is read once is no part of it

    few_s, many_s = measure(FEW), measure(MANY)

    assert many_s <= SPARE * MANY / FEW * few_s

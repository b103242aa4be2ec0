"""What a stage says while it takes long."""

import pytest

from labctl.core import progress


def test_how_many_are_done_is_said_where_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    times = iter((0.0, 1.0, 11.0, 11.0, 15.0))
    monkeypatch.setattr("labctl.core.progress.time.monotonic", lambda: next(times))
    done = list(progress.counted(("a", "b", "c"), said.append, "%(done)d sur %(count)d"))
    assert (done, said) == (["a", "b", "c"], ["1 sur 3"])

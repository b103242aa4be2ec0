"""Processors are idle when they had nothing to do for a while, not for a moment."""

from collections.abc import Callable

import pytest

from labctl.core.deadline import Deadline
from labctl.core.wait import until
from labctl.pipeline import idleness
from labctl.pipeline.idleness import ENOUGH, WINDOW_S, Idleness


def watched(
    *readings: tuple[int, int],
) -> tuple[Idleness, Callable[[float], None]]:
    """Return what watches processors that say so, and how its time passes."""
    clock = [100.0]
    left = iter(readings)

    def wait(seconds: float) -> None:
        clock[0] += seconds

    return Idleness(lambda: next(left), lambda: clock[0]), wait


@pytest.mark.parametrize(
    ("idle", "is_spare"),
    [(0, False), (100 * ENOUGH - 1, False), (100 * ENOUGH, True), (100, True)],
)
def test_idle_is_half_of_the_time_at_least(idle: float, is_spare: bool) -> None:
    one, wait = watched((7, 50), (7 + int(idle), 150))
    wait(WINDOW_S)

    assert one.has_spare() is is_spare


def test_what_was_told_needs_a_new_while() -> None:
    """What was started on that word must be seen to work before there is another."""
    one, wait = watched((0, 0), (90, 100), (95, 200))
    assert not one.has_spare()
    wait(WINDOW_S)
    assert one.has_spare()
    assert not one.has_spare()
    wait(WINDOW_S)
    assert not one.has_spare()


def test_the_kernel_counts_every_tick_once() -> None:
    idle, total = idleness._read_ticks()
    later = until(lambda: _later(total), Deadline.after(60))

    assert later is not None
    assert 0 <= later[0] - idle <= later[1] - total


def _later(total: int) -> tuple[int, int] | None:
    found = idleness._read_ticks()
    return found if found[1] > total else None

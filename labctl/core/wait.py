"""Wait for a state under a deadline: the only place that sleeps."""

import time
from collections.abc import Callable
from typing import TypeVar

from labctl.core.deadline import Deadline

T = TypeVar("T")


def until(probe: Callable[[], T | None], deadline: Deadline, *, every_s: float = 0.05) -> T | None:
    """Call the probe until it returns a true value; return that value, or None when time is up.

    The probe is called at least once, and the pause never outlives the deadline.
    """
    while True:
        value = probe()
        if value:
            return value
        if deadline.is_over():
            return None
        time.sleep(min(every_s, deadline.remaining_s()))

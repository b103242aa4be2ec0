"""How slow this computer is, beside the one on which the limits of tests were chosen."""

import time

REFERENCE_S = 0.010
"""Processor seconds of the yardstick there."""


def scale(limit_s: float) -> float:
    """Return what a limit of processor time comes to here: as long, or longer where all is slow.

    Measured when it is asked for, so that what slows a test down slows the yardstick too.
    """
    return limit_s * max(1.0, min(_measure() for _time in range(3)) / REFERENCE_S)


def _measure() -> float:
    begun = time.process_time()
    text = ""
    for number in range(60_000):
        text = f"{number:x}{text[:8]}"
    return time.process_time() - begun

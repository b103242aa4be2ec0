"""Whether the processors of this computer have time for more."""

import time
from collections.abc import Callable
from pathlib import Path

WINDOW_S = 0.5
"""How long processors are watched before they are called idle."""
ENOUGH = 0.5
"""What part of that time they must have had nothing to do."""


class Idleness:
    """Watches the processors from each answer to the next."""

    def __init__(
        self,
        read: Callable[[], tuple[int, int]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read or _read_ticks
        self._clock = clock
        self._since = clock()
        self._before = self._read()

    def has_spare(self) -> bool:
        """Tell whether processors were idle long enough; once told, watching begins anew."""
        now = self._clock()
        if now - self._since < WINDOW_S:
            return False
        before, self._before, self._since = self._before, self._read(), now
        idle, total = (after - then for after, then in zip(self._before, before, strict=True))
        return total > 0 and idle >= ENOUGH * total


def _read_ticks() -> tuple[int, int]:
    """Return the ticks that all processors were idle, and all their ticks (proc_stat(5))."""
    first = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    ticks = [int(word) for word in first.split()[1:9]]  # those of guests are in the first two
    return ticks[3], sum(ticks)

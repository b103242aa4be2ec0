"""How much one candidate may ask of the gate of a bench: there is no MaxStartups with ``sshd -i``.

Imported by the gate: standard library only.
"""

import time
from collections import deque

LINES, LINES_OF_A_SOURCE = 24, 12
"""Connections at once, to a bench and from one address."""
STARTS, STARTS_S = 30, 60.0
"""Connections from one address within so many seconds; each allows three tries of the code.

And windows of a bench whose machines are elsewhere: each begins a program of its own.
"""
CONSOLES, CONSOLES_OF_A_MACHINE = 16, 4
OUTPUT_BYTES_S, BURST_BYTES = 2 << 20, 4 << 20
"""What one window may say in a second, and at once."""
PROCESSES = 200
"""Processes of one account, counted for the whole computer: each bench has accounts of its own."""
FILE_BYTES = 4 << 20
DEPOT_BYTES, DEPOT_FILES = 16 << 20, 40
"""What one file, and the folder of a bench, may hold; the folder itself counts as a file."""


class Starts:
    """When each address last came: an address that comes too often waits."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def admits(self, source: str, now: float) -> bool:
        """Note that an address comes; tell whether it may."""
        self._forget(now)
        times = self._times.setdefault(source, deque())
        if len(times) >= STARTS:
            return False
        times.append(now)
        return True

    def _forget(self, now: float) -> None:
        for source, times in tuple(self._times.items()):
            while times and now - times[0] > STARTS_S:
                times.popleft()
            if not times:
                del self._times[source]


class Flow:
    """How much a window may still say: a bucket that fills with time."""

    def __init__(self) -> None:
        self._left, self._at = float(BURST_BYTES), time.monotonic()

    def wait_s(self, count: int) -> float:
        """Take so many bytes; return how long to wait before the next."""
        now = time.monotonic()
        self._left = min(BURST_BYTES, self._left + (now - self._at) * OUTPUT_BYTES_S) - count
        self._at = now
        return max(0.0, -self._left / OUTPUT_BYTES_S)

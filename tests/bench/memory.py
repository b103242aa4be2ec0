"""The most memory that processes have at once: their proportional set size, read often.

What several processes share is counted once (proc_pid_smaps_rollup(5), Pss).
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from tests.bench.cost import children

T = TypeVar("T")
EVERY_S = 0.1


def peak(act: Callable[[], T], pids: Callable[[], Iterable[int]]) -> tuple[T, int]:
    """Return what an act returns, and the most MiB that the processes named had meanwhile."""
    over, most_kib = threading.Event(), 0

    def look() -> None:
        nonlocal most_kib
        while not over.wait(EVERY_S):
            most_kib = max(most_kib, sum(map(_read_kib, pids())))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        result = act()
    finally:
        over.set()
        thread.join()
    return result, most_kib // 1024


def below(pid: int) -> Iterator[int]:
    """Yield all that come from a process."""
    for child in children(pid):
        yield child
        yield from below(child)


def _read_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:  # it ended in between
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

"""What a run takes of the processors: the side that asks, and the hosts that are asked.

Seconds on a clock depend on what else the machine does; seconds of processor hardly do.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from labctl.core.deadline import Deadline
from labctl.core.wait import until
from tests.bench.hosts import Field

T = TypeVar("T")
REST_S = 5.0
_TIMES = slice(
    11, 15
)  # of /proc/PID/stat after the name: own and reaped children's, user and system


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and seconds of processor by who spent them."""

    wall_s: float
    own_s: float
    hosts_s: float


def measure(field: Field, act: Callable[[], T]) -> tuple[T, Cost]:
    """Return what an act returns, and what it took; its own children must have ended."""
    own, hosts, start = _read_own(), _read_hosts(field), time.monotonic()
    result = act()
    wall = time.monotonic() - start
    own = _read_own() - own
    until(lambda: not any(map(_is_asked, field.pids.values())), Deadline.after(REST_S))
    return result, Cost(wall, own, _read_hosts(field) - hosts)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each of the three."""
    return Cost(
        statistics.median(cost.wall_s for cost in costs),
        statistics.median(cost.own_s for cost in costs),
        statistics.median(cost.hosts_s for cost in costs),
    )


def _read_own() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _read_hosts(field: Field) -> float:
    """Return what every process of the hosts spent, and those that they reaped."""
    return sum(map(_read_tree, field.pids.values())) / os.sysconf("SC_CLK_TCK")


def _read_tree(pid: int) -> int:
    return _ticks(pid) + sum(map(_read_tree, children(pid)))


def _ticks(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:  # it ended in between
        return 0
    return sum(map(int, stat.rpartition(")")[2].split()[_TIMES]))


def _is_asked(first: int) -> bool:
    """Tell whether a daemon of a host has a child: a connection that is not over, or is kept."""
    return any(map(children, children(first)))


def children(pid: int) -> tuple[int, ...]:
    """Return the children of a process, none when it has ended."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    except OSError:
        return ()
    return tuple(map(int, text.split()))

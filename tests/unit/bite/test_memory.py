"""The memory of the benchmark is that of the processes it names, while they hold it."""

import os
import subprocess
import sys
from contextlib import suppress

from tests.bench.memory import EVERY_S, below, peak

HOLDS = "held = b'x' * (64 << 20); print(len(held), flush=True); input()"


def hold() -> int:
    with subprocess.Popen(  # noqa: TID251  # a test is outside the product
        (sys.executable, "-c", HOLDS), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin
        assert child.stdout
        child.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            child.wait(5 * EVERY_S)
        child.communicate(b"\n")
    return child.pid


def test_what_a_child_held_is_seen_when_it_is_gone() -> None:
    before = set(below(os.getpid()))

    pid, most_mib = peak(hold, lambda: set(below(os.getpid())) - before)

    assert 64 <= most_mib < 128
    assert pid not in below(os.getpid())

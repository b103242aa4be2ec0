"""What a candidate who is root does to the machines of a solved bench."""

import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from labctl.pipeline.observe import COLLECT_S, GRACE_S
from tests.attacks.hostile import count_verdicts
from tests.commands import Command
from tests.figures import Figures

Verdicts = dict[str, dict[str, Any]]
BENCH = 1
DEADLINE_S = COLLECT_S + GRACE_S + 60.0
"""Within this a sick machine is graded, however busy the computer is: labctl's own limit of a
collection, and time for what comes before and after it."""


@contextmanager
def replaced(command: Command, node: str, program: str, script: str) -> Iterator[None]:
    """Put a program of the candidate's in the place of a real one."""
    write = f"mv {program} {program}.real && cat > {program} && chmod 755 {program}"
    in_node(command, node, "sh", "-c", write, stdin=f"#!/bin/sh\n{script}\n")
    try:
        yield
    finally:
        in_node(command, node, "mv", f"{program}.real", program)


def in_node(command: Command, node: str, *argv: str, stdin: str = "") -> None:
    subprocess.run(  # noqa: TID251  # a test is outside the product
        (sys.executable, "-m", "labctl", "connect", str(BENCH), node, "--", *argv),
        env={**os.environ, "LABCTL_STATE_DIR": str(command.state), **command.environment},
        input=stdin,
        text=True,
        check=True,
        timeout=60,
    )


def grade_in_time(command: Command, *, code: int = 4) -> Verdicts:
    started = time.monotonic()
    verdicts = command.verdicts(BENCH, code=code)
    assert time.monotonic() - started < DEADLINE_S
    return verdicts


def changed_from(before: Verdicts, after: Verdicts) -> dict[str, str]:
    return {
        check: verdict["verdict"]
        for check, verdict in after.items()
        if verdict["verdict"] != before[check]["verdict"]
    }


def count_attack(
    figures: Figures, before: Verdicts, after: Verdicts, declared: Mapping[str, Collection[str]]
) -> None:
    """Count an attack: what nobody declared changed must be what it was."""
    figures.add("attacks", "on a bench")
    pairs = [
        (verdict["verdict"], declared.get(check, {before[check]["verdict"]}))
        for check, verdict in after.items()
    ]
    count_verdicts(figures, pairs, good="conforme")

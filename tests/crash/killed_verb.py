"""Kill a verb of labctl when its progress says a word, or at an instant: it, or its whole group."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.commands import Command


def kill_verb(
    command: Command, argv: Sequence[str], moment: str | float, *, group: bool = False
) -> bool:
    """Start a verb and kill it when it says a word, or so many seconds later.

    Tells whether it was still at work then.
    """
    process = subprocess.Popen(  # noqa: TID251  # a test is outside the product
        (sys.executable, "-u", "-m", "labctl", *argv),
        env={
            **os.environ,
            "LABCTL_STATE_DIR": str(command.state),
            "LABCTL_LANG": "fr",
            "LABCTL_YES": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            if isinstance(moment, float):
                process.wait(timeout=moment)
            else:
                assert process.stderr is not None
                assert any(moment in line for line in process.stderr), f"never said: {moment}"
        except subprocess.TimeoutExpired:
            pass
        if process.returncode is None:
            (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


def measure(command: Command, argv: Sequence[str]) -> float:
    """Return the seconds a verb takes when nobody kills it."""
    begun = time.monotonic()
    command.must(*argv)
    return time.monotonic() - begun

"""Kill a verb of labctl when its progress says a word: it alone, or its whole process group."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from tests.commands import Command


def kill_when_it_says(
    command: Command, argv: Sequence[str], word: str, *, group: bool = False
) -> None:
    """Start a verb, wait until it says the word, and kill it at once."""
    process = subprocess.Popen(  # noqa: TID251  # a test is outside the product
        (sys.executable, "-u", "-m", "labctl", *argv),
        env={**os.environ, "LABCTL_STATE_DIR": str(command.state), "LABCTL_LANG": "fr"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stderr is not None
        said = any(word in line for line in process.stderr)
        (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
    assert said, f"{argv} never said {word!r}"

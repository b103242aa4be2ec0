"""Start programs of the system: argv lists and a deadline, the only place that does."""

import subprocess
from collections.abc import Sequence

from labswitch.errors import ToolError

DEADLINE_S = 20.0


def run(
    argv: Sequence[str], *, stdin: str = "", check: bool = True, deadline_s: float = DEADLINE_S
) -> str:
    """Run a program and return what it printed; raise ToolError when it fails or takes too long."""
    try:
        done = subprocess.run(
            argv, input=stdin.encode(), capture_output=True, timeout=deadline_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise ToolError(f"{argv[0]}: {exc}") from exc
    if check and done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise ToolError(f"{' '.join(argv)}: exit code {done.returncode}: {said[-500:]}")
    return done.stdout.decode("utf-8", "replace")


def serve(argv: Sequence[str], channel: int) -> subprocess.Popen[bytes]:
    """Start a program that talks to a connected socket on its standard input and output."""
    return subprocess.Popen(
        argv, stdin=channel, stdout=channel, stderr=subprocess.DEVNULL, start_new_session=True
    )

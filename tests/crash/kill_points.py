"""Kill a function at its Nth change of the outside world: files, processes, signals.

The function runs in a forked child under an audit hook that counts what Python is about to do, and
kills the child, as the kernel would, just before the chosen one.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

EVENTS = frozenset(
    {
        "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink",
        "os.truncate", "shutil.rmtree", "subprocess.Popen", "signal.pidfd_send_signal",
        "os.fork", "fcntl.flock",
    }
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR


def count_points(act: Callable[[], object]) -> int:
    """Run the function to its end in a child; return how many points it has."""
    read, write = os.pipe()

    def report(count: int) -> None:
        os.write(write, str(count).encode())

    code = _run(act, None, report)
    os.close(write)
    with os.fdopen(read) as answers:
        said = answers.read()
    if code != 0:
        raise AssertionError(f"exit code {code} without any kill")
    return int(said)


def kill_at(act: Callable[[], object], point: int) -> bool:
    """Run the function in a child and kill it at a point; tell whether the point was reached."""
    return _run(act, point, lambda _count: None) == -signal.SIGKILL


def _run(act: Callable[[], object], point: int | None, report: Callable[[int], None]) -> int:
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1
    try:
        _sink()
        counter = [0]
        sys.addaudithook(_make_hook(counter, point))
        act()
        report(counter[0])
        code = 0
    finally:
        os._exit(code)


def _make_hook(counter: list[int], point: int | None) -> Callable[[str, tuple[object, ...]], None]:
    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in EVENTS or (event == "open" and _writes(arguments)):
            counter[0] += 1
            if counter[0] == point:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & _WRITING)


def _sink() -> None:
    """Keep what a child prints out of the test's report."""
    null = os.open(Path(os.devnull), os.O_WRONLY)
    os.dup2(null, 2)

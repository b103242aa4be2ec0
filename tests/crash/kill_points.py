"""Kill a function at its Nth change of the outside world: files, processes, signals.

The function runs in a forked child under an audit hook that counts what Python is about to do, and
kills the child, or its whole process group, as the kernel would, just before the chosen one. Python
announces neither ``fsync`` nor ``write`` of a descriptor: those are counted by a wrapper.
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
        "os.fork", "fcntl.flock", "os.fsync", "os.write",
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


def kill_at(act: Callable[[], object], point: int, *, group: bool = False) -> bool:
    """Run the function in a child and kill it at a point; tell whether the point was reached.

    With ``group``, whatever it started and did not set apart dies in the same instant.
    """
    return _run(act, point, lambda _count: None, group=group) == -signal.SIGKILL


def spread(total: int, wanted: int) -> tuple[int, ...]:
    """Return so many points, from the first to the last; all of them when there are fewer."""
    if wanted >= total:
        return tuple(range(1, total + 1))
    return tuple(1 + round(step * (total - 1) / (wanted - 1)) for step in range(wanted))


def _run(
    act: Callable[[], object],
    point: int | None,
    report: Callable[[int], None],
    *,
    group: bool = False,
) -> int:
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1
    try:
        _sink()
        os.setpgid(0, 0)
        counter = [0]
        victim = 0 if group else os.getpid()
        hook = _make_hook(counter, point, victim)
        sys.addaudithook(hook)
        _announce_writes(hook)
        act()
        report(counter[0])
        code = 0
    finally:
        os._exit(code)


Hook = Callable[[str, tuple[object, ...]], None]


def _make_hook(counter: list[int], point: int | None, victim: int) -> Hook:
    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in EVENTS or (event == "open" and _writes(arguments)):
            counter[0] += 1
            if counter[0] == point:
                os.kill(victim, signal.SIGKILL)

    return hook


def _announce_writes(hook: Hook) -> None:
    """Have the hook called before each fsync and each write of a descriptor."""
    fsync, write = os.fsync, os.write

    def announced_fsync(fd: int) -> None:
        hook("os.fsync", ())
        fsync(fd)

    def announced_write(fd: int, content: bytes) -> int:
        hook("os.write", ())
        return write(fd, content)

    os.fsync, os.write = announced_fsync, announced_write  # type: ignore[assignment]  # this child's


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & _WRITING)


def _sink() -> None:
    """Keep what a child prints out of the test's report."""
    null = os.open(Path(os.devnull), os.O_WRONLY)
    os.dup2(null, 2)

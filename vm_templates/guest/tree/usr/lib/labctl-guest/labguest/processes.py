"""The processes of a machine, as PID 1 starts, reaps and ends them."""

import os
import signal
import time
from collections.abc import Sequence

_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}
_CONSOLE = "/dev/console"
_LOGGER = "busybox dd bs=512 count=4096 2>/dev/null; exec busybox cat >/dev/null"
_OUTPUT_CAP = 32_768
_END_S = 5.0
_TIMED_OUT = 124


class Task:
    """A command run for the host: its output is kept, its time is bounded."""

    def __init__(self, argv: Sequence[str], seconds: float) -> None:
        self._output = os.memfd_create("output", os.MFD_CLOEXEC)
        self._limit = time.monotonic() + seconds
        self._pid = _fork(argv, self._output)
        self.code: int | None = None

    def look(self, ended: dict[int, int]) -> None:
        """See whether it has ended, or must."""
        if self._pid in ended:
            self.code = ended[self._pid]
        elif time.monotonic() > self._limit:
            os.killpg(self._pid, signal.SIGKILL)
            self.code = _TIMED_OUT

    def read_output(self) -> str:
        """Return the end of what it said."""
        size = os.fstat(self._output).st_size
        said = os.pread(self._output, _OUTPUT_CAP, max(0, size - _OUTPUT_CAP))
        os.close(self._output)
        return said.decode("utf-8", "replace")


def run(*argv: str) -> int:
    """Run a program to its end and return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(_fork(argv, 1), 0)[1])


def start(argv: Sequence[str]) -> int:
    """Start what a machine is there for; it and PID 1 speak to the console, 2 MiB at most."""
    read, write = os.pipe()
    console = os.open(_CONSOLE, os.O_WRONLY | os.O_NOCTTY)
    _fork(("/bin/sh", "-c", _LOGGER), console, read)
    for fd in (1, 2):
        os.dup2(write, fd)
    for fd in (read, write, console):
        os.close(fd)
    return _fork(argv, 1)


def launch(argv: Sequence[str]) -> int:
    """Start a program that says what it has to say where `start` does."""
    return _fork(argv, 1)


def reap() -> dict[int, int]:
    """Return the exit codes of processes that ended; whose parent is gone, PID 1 buries."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        code = os.waitstatus_to_exitcode(status)
        ended[pid] = code if code >= 0 else 128 - code


def end_all() -> None:
    """End every process: asked first, killed when they do not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(-1, number)
        except ProcessLookupError:
            return
        limit = time.monotonic() + _END_S
        while time.monotonic() < limit:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    signal.sigtimedwait((signal.SIGCHLD,), 0.2)
            except ChildProcessError:
                return


def _fork(argv: Sequence[str], output: int, source: int | None = None) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open("/dev/null", os.O_RDONLY) if source is None else source, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.execve(argv[0], tuple(argv), _ENVIRONMENT)
    finally:
        os._exit(127)

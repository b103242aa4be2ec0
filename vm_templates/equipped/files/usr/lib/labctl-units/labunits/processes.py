"""The processes of one service: started, heard, reaped, ended.

Their supervisor is the subreaper of what it starts (prctl(2)): a daemon that leaves its parent
stays below it.
"""

import ctypes
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping

from labunits import execution, journal, state
from labunits.command import Command
from labunits.unit import Unit

_SUBREAPER = 36
_CHUNK = 65536
_STEP_S = 0.05


class Failed(Exception):
    """The service did not start, or did not end well; the text is systemd's name of the result."""


class Processes:
    """What runs below this process, and what is heard of it."""

    def __init__(self, unit: Unit, who: str) -> None:
        self.unit = unit
        self.who = who
        self.main = 0
        self.ended: dict[int, int] = {}
        self.unexecuted: set[int] = set()
        self.is_ready = False
        self.status = ""
        self._is_asked_to_stop = False
        self._log, self._log_in = os.pipe()
        self._wake, self._wake_in = os.pipe()
        self._pending = b""
        self._notes: socket.socket | None = None

    def prepare(self) -> None:
        """Become the one who is told of every end below, and who may be asked to stop."""
        ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
        for fd in (self._wake, self._wake_in, self._log):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(self._wake_in, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._note_stop)

    def is_stopping(self) -> bool:
        """Tell whether the service was asked to stop."""
        return self._is_asked_to_stop

    def spawn(self, what: Command, more: Mapping[str, str]) -> int:
        """Start a command; return its process."""
        own = {"NOTIFY_SOCKET": self._notes.getsockname()} if self._notes else {}
        if self.main:
            own["MAINPID"] = str(self.main)
        environment = execution.build_environment(self.unit, {**own, **more})
        wait, tell = os.pipe()  # it closes when the program is executed
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            execution.become(self.unit, what, environment, self._log_in, tell)
        os.close(tell)
        if os.read(wait, 1):
            self.unexecuted.add(pid)
        os.close(wait)
        return pid

    def list_living(self) -> list[int]:
        """Return every process of the service."""
        return state.list_descendants(os.getpid())

    def is_running(self) -> bool:
        """Tell whether the main process runs; without one, whether any does."""
        if self.main:
            return self.main not in self.ended and state.started(self.main) > 0
        return bool(self.list_living())

    def listen(self) -> None:
        """Open the socket of sd_notify(3)."""
        path = f"{state.FOLDER}/{self.unit.name}.notify"
        if os.path.exists(path):
            os.unlink(path)
        self._notes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notes.bind(path)
        self._notes.settimeout(0)
        os.chmod(path, 0o666)  # noqa: S103  # the service may have another user

    def forget(self) -> None:
        """Take the last words and close the socket of sd_notify."""
        self.turn(0)
        if self._notes is not None:
            self._notes.close()
            self._notes = None

    def wait(self, is_done: Callable[[], bool], limit: float, *, is_stop: bool = False) -> None:
        """Wait for a state; Failed when time is up, or when the start is given up."""
        end = time.monotonic() + limit
        while not is_done():
            left = end - time.monotonic()
            if left <= 0:
                raise Failed("timeout")
            if self._is_asked_to_stop and not is_stop:
                raise Failed("canceled")
            self.turn(min(left, _STEP_S))

    def turn(self, seconds: float) -> None:
        """See what happens within some seconds: words, notes, ends."""
        sources: list[int | socket.socket] = [self._wake, self._log]
        if self._notes is not None:
            sources.append(self._notes)
        ready = select.select(sources, [], [], seconds)[0]
        if self._wake in ready:
            os.read(self._wake, _CHUNK)
        if self._notes is not None and self._notes in ready:
            self._take_note(self._notes.recv(_CHUNK).decode("utf-8", "replace"))
        self._reap()
        if self._log in ready:
            self._take_words(os.read(self._log, _CHUNK))

    def _note_stop(self, *_args: object) -> None:
        self._is_asked_to_stop = True

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.ended[pid] = os.waitstatus_to_exitcode(status)

    def _take_words(self, part: bytes) -> None:
        *lines, self._pending = (self._pending + part)[-_CHUNK:].split(b"\n")
        for line in lines:
            if line.strip():
                journal.send(self.who, self.main or os.getpid(), line.decode("utf-8", "replace"))

    def _take_note(self, text: str) -> None:
        for line in text.splitlines():
            key, _equals, value = line.partition("=")
            if key == "READY" and value == "1":
                self.is_ready = True
            elif key == "MAINPID" and value.isdigit():
                self.main = int(value)
            elif key == "STATUS":
                self.status = value[:200]


def read_pid(path: str) -> int:
    """Return the process that a file names; 0 when there is none, or it is gone."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            text = file.read().strip()
    except OSError:
        return 0
    return int(text) if text.isdigit() and state.started(int(text)) else 0


def kill(pid: int, number: int) -> None:
    """Send a signal to what may be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return

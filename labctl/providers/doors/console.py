"""One window of a candidate: a terminal of one machine, joined to a socket of the way in.

Runs in a process of its own, which goes into the machine and gives up what the machine's PID 1 has
not before anybody there can see a process of ours. It reads no file and imports nothing once it is
inside: the tree around it is the candidate's. Where machines are elsewhere, a command of the
provider leads to one, on a terminal of this computer. Standard library only.
"""

import fcntl
import os
import select
import signal
import socket
import struct
import sys
import termios
import tty
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.providers.doors.limits import Flow
from labctl.providers.namespaces import kernel
from labctl.providers.namespaces.enter import Bounds, enter
from labctl.providers.namespaces.processes import Process

_TERMINAL, _TYPED, _RESIZED = b"t", b"d", b"w"
_CHUNK, _LONGEST_FRAME = 4096, 4096
_FIRST_S = 5.0
NOBODY = 65534
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-+.")


@dataclass(frozen=True, slots=True)
class Login:
    """What is executed in a machine, and as whom: root, or nobody."""

    argv: tuple[str, ...]
    account: str
    language: str

    @property
    def uid(self) -> int:
        """Return the number of the account, and of its group."""
        return 0 if self.account == "root" else NOBODY

    @property
    def home(self) -> str:
        """Return the folder that it starts in."""
        return "/root" if self.account == "root" else "/tmp"  # noqa: S108  # nobody's

    def environment(self, terminal: str) -> dict[str, str]:
        """Return the whole environment of what is executed, on a terminal of this name."""
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": self.home,
            "USER": self.account,
            "LANG": "C.UTF-8",
            "TERM": terminal,
            "LABCTL_LANG": self.language,
        }


@dataclass(frozen=True, slots=True)
class _Screen:
    """What a window says of itself first: the name of its terminal, and its size."""

    terminal: str
    size: bytes


def serve(line: socket.socket, machine: Process, login: Login, frozen: Path | None) -> None:
    """Open a terminal of the machine and carry bytes until either side ends; then exit."""
    screen = _read_screen(line)
    if screen is None:
        return
    bounds = Bounds(machine.pid)
    if frozen is not None:
        (frozen / "cgroup.procs").write_text("0")
    sys.path.clear()
    sys.meta_path.clear()
    enter(machine.pid, machine.started, machine.tag)
    master, slave = os.openpty()
    bounds.impose()
    _join(line, screen, (master, slave), lambda: _log_in(login, screen.terminal))


def serve_command(line: socket.socket, argv: list[str], environment: Mapping[str, str]) -> None:
    """Do the same with a terminal of this computer, on which a command leads to a machine.

    What is typed before the command is there is neither shown nor obeyed: it is for the machine.
    """
    screen = _read_screen(line)
    if screen is None:
        return
    master, slave = os.openpty()
    tty.setraw(slave)
    given = {**environment, "TERM": screen.terminal}
    _join(line, screen, (master, slave), lambda: os.execve(argv[0], argv, given))


def _read_screen(line: socket.socket) -> _Screen | None:
    line.settimeout(_FIRST_S)
    terminal, size = _read_frame(line), _read_frame(line)
    line.settimeout(None)
    return _Screen(_say_terminal(terminal[1]), size[1]) if terminal and size else None


def _join(
    line: socket.socket, screen: _Screen, ends: tuple[int, int], become: Callable[[], None]
) -> None:
    """Have a child become what a window is for, on one end of a terminal; carry at the other."""
    master, slave = ends
    child = kernel.fork_bound()
    if child == 0:
        try:
            _take_terminal(slave)
            become()
        finally:
            os._exit(127)
    os.close(slave)
    _resize(master, screen.size)
    _relay(line, master)
    os.close(master)  # the child is told that its terminal is gone
    os.kill(child, signal.SIGHUP)


def _take_terminal(slave: int) -> None:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in (0, 1, 2):
        os.dup2(slave, number)
    for number in range(1, signal.NSIG):
        if number not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
            signal.signal(number, signal.SIG_DFL)


def _log_in(login: Login, terminal: str) -> None:
    if login.uid:
        os.setgroups([])
        os.setresgid(login.uid, login.uid, login.uid)
        os.setresuid(login.uid, login.uid, login.uid)
    os.chdir(login.home)
    os.execve(login.argv[0], login.argv, login.environment(terminal))


def _relay(line: socket.socket, master: int) -> None:
    flow, pause_s = Flow(), 0.0
    there = line.fileno()
    while True:
        heard = [there] if pause_s else [there, master]
        ready = select.select(heard, (), (), pause_s or None)[0]
        pause_s = 0.0
        if there in ready and not _take(line, master):
            return
        if master in ready:
            try:
                said = os.read(master, _CHUNK)
            except OSError:  # EIO: nobody has the terminal open any more
                return
            line.sendall(said)
            pause_s = flow.wait_s(len(said))


def _take(line: socket.socket, master: int) -> bool:
    """Do what one frame says; tell whether there may be more."""
    frame = _read_frame(line)
    if frame is None:
        return False
    kind, content = frame
    if kind == _TYPED:
        _write(master, content)
    elif kind == _RESIZED:
        _resize(master, content)
    return kind in (_TYPED, _RESIZED)


def _write(master: int, content: bytes) -> None:
    """Type into a terminal; what a full one does not take in a second is lost."""
    rest = memoryview(content)
    while rest and select.select((), (master,), (), 1.0)[1]:
        rest = rest[os.write(master, rest) :]


def _resize(master: int, content: bytes) -> None:
    """Give a terminal the size of its window.

    A size that it has already comes from a window that is taken up again, on a screen that is
    empty. What runs there draws itself anew when its size has changed, readline too (8.2), and
    not when it is told so for nothing: it gets a row less.
    """
    if len(content) == struct.calcsize("HHHH"):
        rows, columns, _x, _y = struct.unpack("HHHH", content)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        if rows > 1 and fcntl.ioctl(master, termios.TIOCGWINSZ, bytes(len(size))) == size:
            size = struct.pack("HHHH", rows - 1, columns, 0, 0)
        fcntl.ioctl(master, termios.TIOCSWINSZ, size)


def _read_frame(line: socket.socket) -> tuple[bytes, bytes] | None:
    head = _read_exactly(line, 3)
    if head is None:
        return None
    kind, length = head[:1], int.from_bytes(head[1:], "big")
    content = _read_exactly(line, length) if length <= _LONGEST_FRAME else None
    return None if content is None else (kind, content)


def _read_exactly(line: socket.socket, count: int) -> bytes | None:
    parts = b""
    while len(parts) < count:
        part = line.recv(count - len(parts))
        if not part:
            return None
        parts += part
    return parts


def _say_terminal(said: bytes) -> str:
    """Return the name of a terminal as ``TERM`` has it, a plain one for any other."""
    return said.decode() if said and len(said) <= 32 and set(said) <= _LETTERS else "xterm"

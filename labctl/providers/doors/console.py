"""One window of a candidate: a terminal of one machine, joined to a socket of the way in.

Runs in a process of its own, which goes into the machine and gives up what the machine's PID 1 has
not before anybody there can see a process of ours. It reads no file and imports nothing once it is
inside: the tree around it is the candidate's. Standard library only.
"""

import fcntl
import os
import select
import signal
import socket
import struct
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

from labctl.providers.doors.limits import Flow
from labctl.providers.namespaces import kernel
from labctl.providers.namespaces.enter import Bounds, enter
from labctl.providers.namespaces.processes import Process

_TERMINAL, _TYPED, _RESIZED = b"t", b"d", b"w"
_CHUNK, _LONGEST_FRAME = 4096, 4096
_FIRST_S = 5.0
_NOBODY = 65534
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-+.")


@dataclass(frozen=True, slots=True)
class Login:
    """What is executed in a machine, and as whom."""

    argv: tuple[str, ...]
    account: str
    language: str


def serve(line: socket.socket, machine: Process, login: Login, frozen: Path | None) -> None:
    """Open a terminal of the machine and carry bytes until either side ends; then exit."""
    line.settimeout(_FIRST_S)
    terminal, size = _read_frame(line), _read_frame(line)
    line.settimeout(None)
    if not terminal or not size:
        return
    bounds = Bounds(machine.pid)
    if frozen is not None:
        (frozen / "cgroup.procs").write_text("0")
    sys.path.clear()
    sys.meta_path.clear()
    enter(machine.pid, machine.started, machine.tag)
    master, slave = os.openpty()
    bounds.impose()
    child = kernel.fork_bound()
    if child == 0:
        _become(slave, login, _say_terminal(terminal[1]))
    os.close(slave)
    _resize(master, size[1])
    _relay(line, master)
    os.close(master)  # the shell is told that its terminal is gone
    os.kill(child, signal.SIGHUP)


def _become(slave: int, login: Login, terminal: str) -> None:
    try:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for number in (0, 1, 2):
            os.dup2(slave, number)
        for number in range(1, signal.NSIG):
            if number not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
                signal.signal(number, signal.SIG_DFL)
        home = "/root"
        if login.account != "root":
            home = "/tmp"  # noqa: S108  # nobody's
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home,
            "USER": login.account,
            "LANG": "C.UTF-8",
            "TERM": terminal,
            "LABCTL_LANG": login.language,
        }
        os.chdir(home)
        os.execve(login.argv[0], login.argv, environment)
    finally:
        os._exit(127)


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

"""Look from inside a bench: enter the network namespace of one of its processes.

Every bench has the same addresses, so that a socket must be made where its address means the
bench's machine. A socket keeps the namespace it was made in: a short-lived thread enters, connects
and hands the socket over.
"""

import ctypes
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from labctl.connect.base import Vantage
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, Unreachable
from labctl.core.i18n import _
from labctl.core.thread import call_aside

T = TypeVar("T")

CLONE_NEWNET = 0x40000000
TCP_THIN_LINEAR_TIMEOUTS = 16
"""What was lost is sent again at a steady pace (tcp(7)): questions are few and short."""


def identify(pid: int) -> Vantage:
    """Return the vantage of a running process; ConnectError when there is none."""
    return Vantage(pid, _read_start(pid))


def enter(vantage: Vantage) -> None:
    """Move this thread, and the threads it will start, to the network of the vantage.

    Called first thing in a child process, it moves the whole process. There is no way back.
    """
    if vantage.pid == 0:
        return
    fd = _open_namespace(vantage)
    try:
        _setns(fd)
    finally:
        os.close(fd)


def run_from(vantage: Vantage, act: Callable[[], T]) -> T:
    """Call a function in a thread of its own that looks from the vantage; return what it returns.

    The function must have its own deadline: this one waits for it.
    """
    if vantage.pid == 0 or _is_here(vantage):
        return act()

    def work() -> T:
        enter(vantage)
        return act()

    return call_aside(work, "labctl-vantage")


def connect_from(vantage: Vantage, address: str, port: int, deadline: Deadline) -> socket.socket:
    """Open a TCP connection from the vantage, Nagle off.

    Raises Unreachable when nothing answers or something says no.
    """
    return run_from(vantage, lambda: _connect(address, port, deadline))


def _connect(address: str, port: int, deadline: Deadline) -> socket.socket:
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    try:
        # 0 would mean non-blocking: a deadline that is over still gets one try
        sock = socket.create_connection((address, port), timeout=max(deadline.remaining_s(), 0.01))
    except TimeoutError as exc:
        raise Unreachable(_("%(where)s ne répond pas") % {"where": where}) from exc
    except OSError as exc:
        values = {"where": where, "why": exc.strerror or exc}
        raise Unreachable(_("%(where)s est injoignable : %(why)s") % values) from exc
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1)
    return sock


def _open_namespace(vantage: Vantage) -> int:
    """Return a descriptor of the namespace, once sure that the pid still is that process."""
    try:
        fd = os.open(f"/proc/{vantage.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    except OSError as exc:
        raise _gone(vantage) from exc
    try:
        if _read_start(vantage.pid) != vantage.started:  # read after the open: no reuse in between
            raise _gone(vantage)
    except ConnectError:
        os.close(fd)
        raise
    return fd


def _read_start(pid: int) -> int:
    """Return when a process started, in clock ticks: field 22 of its stat."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError as exc:
        raise _gone(Vantage(pid)) from exc
    return int(stat.rpartition(")")[2].split()[19])


def _gone(vantage: Vantage) -> Unreachable:
    return Unreachable(
        _("le point de vue (processus %(pid)d) n’existe plus") % {"pid": vantage.pid}
    )


def _is_here(vantage: Vantage) -> bool:
    fd = _open_namespace(vantage)
    try:
        there, here = os.fstat(fd), Path("/proc/thread-self/ns/net").stat()
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)
    finally:
        os.close(fd)


def _setns(fd: int) -> None:
    """Enter a network namespace (``os.setns`` exists from Python 3.12 on only)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise ConnectError(
            _("impossible d’entrer dans le point de vue : %(why)s") % {"why": os.strerror(number)}
        )

"""A virtio port: the line between a machine and the host that carries it."""

import contextlib
import errno
import fcntl
import os
import time

_CLASS = "/sys/class/virtio-ports"
_LINE_CAP = 65_536
_SEND_S, _PAUSE_S = 1.0, 0.02


def find(name: str) -> str:
    """Return the device of the port of that name, empty when the machine has none."""
    with contextlib.suppress(FileNotFoundError):
        for device in os.listdir(_CLASS):
            with open(f"{_CLASS}/{device}/name", encoding="utf-8") as file:
                if file.read().strip() == name:
                    return f"/dev/{device}"
    return ""


class Port:
    """An open port. SIGIO tells this process when the host connects, leaves or sends."""

    def __init__(self, device: str) -> None:
        self.fd = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.fcntl(self.fd, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(self.fd, fcntl.F_GETFL)
        fcntl.fcntl(self.fd, fcntl.F_SETFL, flags | os.O_ASYNC)
        self._pending = b""

    def read_lines(self) -> list[bytes]:
        """Return the whole lines that have come; nothing when the host is not there."""
        while True:
            try:
                part = os.read(self.fd, 4096)
            except OSError as exc:
                if exc.errno not in (errno.EAGAIN, errno.ENODEV, errno.EPIPE):
                    raise
                part = b""
            if not part:
                break
            self._pending = (self._pending + part)[-_LINE_CAP:]
        *lines, self._pending = self._pending.split(b"\n")
        return lines

    def send(self, line: bytes) -> None:
        """Send one line; lost when the host has left.

        What the host sends can come before the news that it has connected: until then, and while
        the queue is full, the port takes nothing.
        """
        rest, limit = line + b"\n", time.monotonic() + _SEND_S
        while rest and time.monotonic() < limit:
            try:
                rest = rest[os.write(self.fd, rest) :]
            except BlockingIOError:
                time.sleep(_PAUSE_S)
            except OSError:
                return

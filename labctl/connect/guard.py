"""A socket that keeps the promises libraries break: one deadline and a byte cap, whatever they do.

Client libraries wait for ever in many places, each with a timeout of its own or none. They all end
up in ``recv`` or ``send`` of the socket: it is there that time and bytes are counted.
"""

import errno
import math
import socket
import sys
from contextlib import suppress

from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, ConnectTimeout, OutputLimit
from labctl.core.i18n import _

IDLE_S = 3600.0
"""How long one call waits at most on a connection at rest."""
_MIN_RTT = slice(148, 152)  # microseconds, in struct tcp_info (linux/tcp.h)
GREETING_SILENCE_S = 12.0
"""How long a peer may be silent before it lets labctl in: a frozen one never says anything."""


class GuardedSocket:
    """A connected socket with a deadline and an allowance of bytes to receive.

    Once either is spent the connection is cut, every call raises ConnectionAbortedError, and
    ``error`` says why, for the library's own exception seldom does. Until the first act it must not
    be silent for long: a slow line says something, a frozen machine nothing.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, allowance: int) -> None:
        self._sock = sock
        self._timeout: float | None = None
        self._left = allowance
        self.deadline = deadline
        self._greeting: Deadline | None = deadline.within(GREETING_SILENCE_S)
        self.error: ConnectError | None = None
        self._closed = False  # paramiko looks at this one of a real socket
        self.has_ended = False  # the peer closed, or the guard cut: nothing more will come

    def allow(self, allowance: int, deadline: Deadline) -> None:
        """Start a new act: so many more bytes, until then."""
        self._left = allowance
        self.deadline = deadline
        self._greeting = None

    def rest(self) -> None:
        """End an act: idle, the connection lasts until the next one.

        A library may go on reading in a thread of its own; the deadline of an act that is done
        must not cut it while other machines are waited for.
        """
        self.deadline = Deadline(math.inf, self.deadline.patience)
        self._greeting = None

    def allow_more(self, earned: int, most: int) -> None:
        """Give back what the reader consumed: what waits unread is what takes memory."""
        self._left = min(self._left + earned, most)

    def recv(self, size: int) -> bytes:
        """Return what comes, as ``socket.recv`` does."""
        self._wait_at_most()
        try:
            chunk = self._sock.recv(min(size, self._left + 1))
        except TimeoutError:
            self._check_deadline()
            raise
        except OSError:
            self.has_ended = True
            raise
        self._left -= len(chunk)
        if self._greeting is not None:
            self._greeting = self.deadline.within(GREETING_SILENCE_S)
        self.has_ended = self.has_ended or not chunk
        if self._left < 0:
            self._trip(OutputLimit(_("la machine envoie plus que permis")))
        return chunk

    def send(self, content: bytes) -> int:
        """Send some of the bytes, as ``socket.send`` does."""
        self._wait_at_most()
        try:
            return self._sock.send(content)
        except TimeoutError:
            self._check_deadline()
            raise

    def sendall(self, content: bytes) -> None:
        """Send all the bytes before the deadline."""
        rest = memoryview(content)
        while rest:
            with suppress(TimeoutError):  # a library's own timeout; the deadline raises another
                rest = rest[self.send(bytes(rest)) :]

    def settimeout(self, timeout: float | None) -> None:
        """Set how long one call may wait within the deadline, None: as long as it lasts."""
        self._timeout = timeout

    def gettimeout(self) -> float | None:
        """Return how long one call may wait."""
        return self._timeout

    def getpeername(self) -> object:
        """Return the address at the other end."""
        return self._sock.getpeername()

    def fileno(self) -> int:
        """Return the descriptor of the socket, -1 once closed."""
        return self._sock.fileno()

    @property
    def round_trip_s(self) -> float:
        """Return how long the line takes there and back at best, 0 when that is not known.

        The kernel measures it: neither the peer's work nor ours is in it.
        """
        try:
            told = self._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _MIN_RTT.stop)
            return int.from_bytes(told[_MIN_RTT], sys.byteorder) / 1e6
        except OSError:
            return 0.0

    def shutdown(self, how: int = socket.SHUT_RDWR) -> None:
        """Cut the connection: who waits in ``recv`` wakes up at once."""
        with suppress(OSError):
            self._sock.shutdown(how)

    def close(self) -> None:
        """Cut and close; succeeds when it is already gone."""
        self.shutdown()
        self._closed = True
        with suppress(OSError):
            self._sock.close()

    def _wait_at_most(self) -> None:
        if self.error is not None:
            raise ConnectionAbortedError(errno.ECONNABORTED, self.error.message)
        self._check_deadline()
        left = min(max(self._limit().remaining_s(), 0.001), IDLE_S)  # 0 would mean non-blocking
        self._sock.settimeout(left if self._timeout is None else min(self._timeout, left))

    def _check_deadline(self) -> None:
        if self._limit().is_over():
            self._trip(ConnectTimeout(_("la machine n’a pas répondu à temps")))

    def _limit(self) -> Deadline:
        """Return when the peer must have spoken: sooner while it has not let labctl in."""
        if self._greeting is None:
            return self.deadline
        return Deadline(min(self.deadline.at, self._greeting.at))

    def _trip(self, error: ConnectError) -> None:
        self.error = error
        self.has_ended = True
        self.shutdown()
        raise ConnectionAbortedError(errno.ECONNABORTED, error.message) from error

"""One HTTP connection to a WS-Management service, over the guarded socket.

The library's own HTTP would open sockets anywhere, follow redirections and read without a cap:
here ``http.client`` is only given bytes that passed the guard, in the clear or out of TLS whose
certificate was verified before anything was sent.
"""

import http.client
import io
import re
from dataclasses import dataclass
from typing import Protocol

from labctl.connect.base import Endpoint
from labctl.connect.guard import GuardedSocket
from labctl.connect.tls import TlsStream, open_tls
from labctl.connect.vantage import connect_from
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, OutputLimit
from labctl.core.i18n import _

CONNECT_BUDGET_S = 8.0
OVERHEAD_BYTES = 64 << 10  # headers, TLS records, the framing of a sealed message
PATH = "/wsman"
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What one POST brought."""

    status: int
    content: bytes
    charset: str = ""  # what the answer claims
    challenge: str = ""  # what it wants to know of us
    kind: str = ""  # its Content-Type, whole


class Stream(Protocol):
    """What HTTP needs of a socket."""

    def recv(self, size: int) -> bytes:
        """Return what comes, nothing at the end."""
        ...

    def sendall(self, content: bytes) -> None:
        """Send all the bytes."""
        ...


def open_channel(endpoint: Endpoint, deadline: Deadline) -> "Channel":
    """Connect, and check the certificate where there is an authority to trust.

    Raises Unreachable, ConnectTimeout, OutputLimit, HostIdentityError, or ConnectError when the
    peer speaks no TLS.
    """
    sock = connect_from(
        endpoint.vantage, endpoint.address, endpoint.port, deadline.within(CONNECT_BUDGET_S)
    )
    guard = GuardedSocket(sock, deadline, 4 * OVERHEAD_BYTES)
    try:
        tls = open_tls(guard, endpoint.trust, endpoint.server_name) if endpoint.trust else None
    except ConnectError:
        guard.close()
        raise
    return Channel(guard, tls, endpoint.server_name or endpoint.address)


class Channel:
    """One connection: a POST, its answer, and so on until one side closes."""

    def __init__(self, guard: GuardedSocket, tls: TlsStream | None, host: str) -> None:
        self.guard = guard
        self.tls = tls
        self.has_said_goodbye = False  # the service closes after a complete answer
        self.posts = 0
        self._http = http.client.HTTPConnection(host)
        self._http.auto_open = 0
        self._http.sock = _Socket(tls or guard)

    def post(self, content: bytes, headers: dict[str, str], cap: int) -> Reply:
        """Send and return what came; OutputLimit, ConnectError, or whatever the library raises."""
        self.posts += 1
        self._http.request("POST", PATH, content, {**headers, "Connection": "Keep-Alive"})
        with self._http.getresponse() as response:
            received = response.read(cap + 1)
            if len(received) > cap:
                raise OutputLimit(_("réponse plus longue que permis"))
            if response.length:  # the library returns what there is of an answer that was cut
                raise EOFError
            self.has_said_goodbye = response.will_close
            coding = response.headers.get("Content-Encoding", "identity").lower()
            kind = response.headers.get("Content-Type", "")
            challenge = ", ".join(response.headers.get_all("WWW-Authenticate", ()))
        if coding != "identity":
            raise ConnectError(_("réponse compressée sans qu’on l’ait permis (%s)") % coding[:40])
        charset = _CHARSET.search(kind)
        return Reply(response.status, received, charset[1] if charset else "", challenge, kind)

    def close(self) -> None:
        """Close the connection; succeeds when it is already gone."""
        self._http.close()
        self.guard.close()


class _Socket:
    """The little of a socket that the HTTP library uses: a request goes out in one piece."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._request = bytearray()

    def sendall(self, content: bytes) -> None:
        self._request += content

    def makefile(self, _mode: str) -> io.BufferedReader:
        whole, self._request = bytes(self._request), bytearray()
        self._stream.sendall(whole)
        return io.BufferedReader(_Reader(self._stream))

    def close(self) -> None:
        """Leave the connection to the channel, which owns it."""


class _Reader(io.RawIOBase):
    """A stream as a file."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # never another type
        chunk = self._stream.recv(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

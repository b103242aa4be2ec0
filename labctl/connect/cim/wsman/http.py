"""One HTTP connection to a WS-Management service, over the guarded socket.

The WinRM library's own HTTP would open sockets anywhere, follow redirections and read without a
cap. The guarded socket is used in the clear, or under TLS whose certificate was verified before
anything was sent.
"""

import re
from dataclasses import dataclass

from labctl.connect.base import Endpoint
from labctl.connect.guard import GuardedSocket
from labctl.connect.http import read_whole, speak_http
from labctl.connect.tls import TlsStream, open_tls
from labctl.connect.vantage import connect_from
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
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
        self._http = speak_http(tls or guard, host)

    def post(self, content: bytes, headers: dict[str, str], cap: int) -> Reply:
        """Send and return what came; OutputLimit, ConnectError, or whatever the library raises."""
        self.posts += 1
        self._http.request("POST", PATH, content, {**headers, "Connection": "Keep-Alive"})
        with self._http.getresponse() as response:
            received = read_whole(response, cap)
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

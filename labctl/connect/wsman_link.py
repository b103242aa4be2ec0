"""One HTTP connection to a WS-Management service, and who we are on it.

Over TLS the certificate is verified before anything is sent: NTLM bound to that certificate, or
the password itself where the service offers nothing better. Over plain HTTP every message is
sealed by NTLM and nothing else will do. The library's own HTTP would open sockets anywhere, follow
redirections and wait as it likes: it is only given bytes of the guarded socket.
"""

import base64
import http.client
import io
import re
import struct
from typing import Protocol

import spnego
import spnego.exceptions
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pypsrp.encryption import WinRMEncryption
from pypsrp.exceptions import WinRMError
from spnego.channel_bindings import GssChannelBindings

from labctl.connect.base import Endpoint
from labctl.connect.guard import GuardedSocket
from labctl.connect.tls import TlsStream, open_tls
from labctl.connect.trouble import DETAIL_CAP
from labctl.connect.vantage import connect_from
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError, OutputLimit
from labctl.core.i18n import _
from labctl.core.secrets import Secret
from labctl.core.untrusted import one_line

CONNECT_BUDGET_S = 8.0
PATH = "/wsman"
_OVERHEAD_BYTES = 64 << 10  # headers, TLS records, the framing of a sealed message
_SOAP = "application/soap+xml;charset=UTF-8"
_OK, _UNAUTHORIZED = 200, 401
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]+)""", re.IGNORECASE)
_TOKEN = re.compile(r"\bNegotiate\s+([A-Za-z0-9+/=]+)", re.IGNORECASE)
# What libraries let out on what a hostile peer sends.
_BROKEN = (
    http.client.HTTPException, OSError, EOFError, ValueError, IndexError, KeyError, TypeError,
    AttributeError, struct.error, OverflowError, MemoryError, RecursionError, WinRMError,
    spnego.exceptions.SpnegoError,
)  # fmt: skip


class LinkDropped(ConnectError):
    """The machine closed the connection; another one may be tried."""


class Stream(Protocol):
    """What HTTP needs of a socket."""

    def recv(self, size: int) -> bytes:
        """Return what comes, nothing at the end."""
        ...

    def sendall(self, content: bytes) -> None:
        """Send all the bytes."""
        ...


class Reply:
    """What one POST brought: its status, its content in clear, and the charset it claims."""

    def __init__(self, status: int, content: bytes, charset: str, challenge: str) -> None:
        self.status = status
        self.content = content
        self.charset = charset
        self.challenge = challenge


def open_link(endpoint: Endpoint, password: Secret, deadline: Deadline) -> "Link":
    """Connect and say who we are.

    Raises Unreachable, ConnectTimeout, HostIdentityError (nothing secret was sent then),
    AuthenticationRefused, or ConnectError when the peer speaks something else.
    """
    sock = connect_from(
        endpoint.vantage, endpoint.address, endpoint.port, deadline.within(CONNECT_BUDGET_S)
    )
    guard = GuardedSocket(sock, deadline, 4 * _OVERHEAD_BYTES)
    try:
        stream = open_tls(guard, endpoint.trust, endpoint.server_name) if endpoint.trust else None
        link = Link(endpoint, guard, stream)
        link.log_in(password)
    except ConnectError:
        guard.close()
        raise
    return link


class Link:
    """One connection: bytes of an envelope out, bytes of the answer in."""

    def __init__(self, endpoint: Endpoint, guard: GuardedSocket, tls: TlsStream | None) -> None:
        self._guard = guard
        self._tls = tls
        self._endpoint = endpoint
        self._http = http.client.HTTPConnection(endpoint.server_name or endpoint.address)
        self._http.auto_open = 0
        self._http.sock = _Socket(tls or guard)
        self._seal: WinRMEncryption | None = None
        self._authorization = ""
        self.posts = 0

    @property
    def url(self) -> str:
        """Return the address of the service, as messages must name it."""
        scheme = "https" if self._tls else "http"
        host = self._endpoint.server_name or self._endpoint.address
        return f"{scheme}://{host}:{self._endpoint.port}{PATH}"

    @property
    def is_open(self) -> bool:
        """Tell whether another message can be sent."""
        return self._http.sock is not None and not self._guard.has_ended

    def log_in(self, password: Secret) -> None:
        """Prove who we are for the connection; over TLS a service may want it with each message."""
        try:
            self._negotiate(password)
        except _BROKEN as exc:
            raise self._broken(exc) from exc

    def send(self, envelope: bytes, deadline: Deadline, cap: int) -> Reply:
        """Post an envelope and return what came, at most ``cap`` bytes of it."""
        self._guard.allow(cap + cap // 8 + 2 * _OVERHEAD_BYTES, deadline)
        try:
            reply = self._exchange(envelope, cap)
        except ConnectError:
            self.close()  # some of the answer may still come: it is not the answer to the next
            raise
        except _BROKEN as exc:
            raise self._broken(exc) from exc
        finally:
            self._guard.rest()
        if reply.status == _UNAUTHORIZED:
            raise self._refused()
        return reply

    def close(self) -> None:
        """Close the connection; succeeds when it is already gone."""
        self._http.close()
        self._guard.close()

    def _negotiate(self, password: Secret) -> None:
        """Shake hands in NTLM; on TLS, fall back to what the service offers."""
        context = spnego.client(
            self._endpoint.account,
            password.reveal(),
            hostname=self._endpoint.server_name or self._endpoint.address,
            service="HTTP",
            channel_bindings=self._bind(),
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm
            | (0 if self._tls else spnego.NegotiateOptions.wrapping_winrm),
        )
        token = context.step()
        first = self._post(b"", {"Authorization": _bearer(token)}, _OVERHEAD_BYTES)
        answer = _TOKEN.search(first.challenge)
        if answer is None:
            self._fall_back(first, password)
            return
        token = context.step(base64.b64decode(answer[1]))
        last = self._post(b"", {"Authorization": _bearer(token)}, _OVERHEAD_BYTES)
        if last.status == _UNAUTHORIZED:
            raise self._refused()
        if self._tls is None:
            self._seal = WinRMEncryption(context, WinRMEncryption.SPNEGO)

    def _fall_back(self, reply: Reply, password: Secret) -> None:
        """Use the password itself, only where TLS hides it and the service asks for it."""
        if self._tls is not None and reply.status != _UNAUTHORIZED:
            return  # it asks for nothing: the certificate says who answers, and nothing is sent
        if self._tls is None or not re.search(r"\bBasic\b", reply.challenge, re.IGNORECASE):
            words = one_line(reply.challenge or f"HTTP {reply.status}", DETAIL_CAP)
            raise ConnectError(_("le service ne propose aucune authentification sûre (%s)") % words)
        pair = f"{self._endpoint.account}:{password.reveal()}".encode()
        self._authorization = "Basic " + base64.b64encode(pair).decode()

    def _bind(self) -> GssChannelBindings | None:
        """Return what ties NTLM to this TLS connection (RFC 5929, tls-server-end-point)."""
        if self._tls is None:
            return None
        raw = self._tls.peer_certificate()
        algorithm = x509.load_der_x509_certificate(raw).signature_hash_algorithm
        if algorithm is None or algorithm.name in {"md5", "sha1"}:
            algorithm = hashes.SHA256()
        digest = hashes.Hash(algorithm)
        digest.update(raw)
        return GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())

    def _exchange(self, envelope: bytes, cap: int) -> Reply:
        if self._seal is None:
            headers = {"Content-Type": _SOAP}
            if self._authorization:
                headers["Authorization"] = self._authorization
            return self._post(envelope, headers, cap)
        kind, content = self._seal.wrap_message(envelope)
        protocol = self._seal.protocol
        headers = {"Content-Type": f'{kind};protocol="{protocol}";boundary="Encrypted Boundary"'}
        return self._post(content, headers, cap)

    def _post(self, content: bytes, headers: dict[str, str], cap: int) -> Reply:
        self.posts += 1
        self._http.request("POST", PATH, content, {**headers, "Connection": "Keep-Alive"})
        with self._http.getresponse() as response:
            received = response.read(cap + 1)
            if len(received) > cap:
                raise OutputLimit(_("réponse plus longue que permis"))
            if response.length:  # the library returns what there is of an answer that was cut
                raise EOFError
            kind = response.headers.get("Content-Type", "")
            coding = response.headers.get("Content-Encoding", "identity").lower()
            challenge = ", ".join(response.headers.get_all("WWW-Authenticate", ()))
            status = response.status
        if coding != "identity":
            raise ConnectError(_("réponse compressée sans qu’on l’ait permis (%s)") % coding[:40])
        charset = _CHARSET.search(kind)
        if self._seal is not None and received:
            received = self._open(received, kind)
            charset = None
        return Reply(status, received, charset[1] if charset else "", challenge)

    def _open(self, received: bytes, kind: str) -> bytes:
        """Return a sealed message in clear; one in clear could be anybody's."""
        boundary = _BOUNDARY.search(kind)
        if self._seal is None or boundary is None or not kind.lower().startswith("multipart/"):
            raise ConnectError(_("réponse en clair sur une connexion qui doit être chiffrée"))
        return self._seal.unwrap_message(received, boundary[1])

    def _refused(self) -> AuthenticationRefused:
        values = {"name": self._endpoint.account}
        return AuthenticationRefused(_("la machine refuse le compte %(name)s") % values)

    def _broken(self, error: BaseException) -> ConnectError:
        if isinstance(error, ConnectError):
            return error
        if self._guard.error is not None:
            return self._guard.error
        has_dropped = self._guard.has_ended or isinstance(error, (EOFError, ConnectionError))
        self.close()  # the state of the conversation is unknown: it is done for
        if has_dropped or isinstance(error, http.client.IncompleteRead):
            return LinkDropped(_("la connexion a été coupée"))
        values = {"kind": type(error).__name__}
        return ConnectError(_("conversation WinRM rompue (%(kind)s)") % values)


class _Socket:
    """The little of a socket that the HTTP library uses."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def sendall(self, content: bytes) -> None:
        self._stream.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._stream))

    def close(self) -> None:
        """Leave the connection to the link, which owns it."""


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


def _bearer(token: bytes | None) -> str:
    return "Negotiate " + base64.b64encode(token or b"").decode()

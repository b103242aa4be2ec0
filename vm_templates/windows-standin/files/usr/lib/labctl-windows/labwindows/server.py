"""HTTP and HTTPS: bounded in connections, in time and in bytes."""

import ssl
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socket import IPPROTO_TCP, TCP_NODELAY, socket
from socketserver import TCPServer, ThreadingMixIn
from threading import BoundedSemaphore
from typing import Any, NamedTuple

from labwindows import auth, faults, paths, seal, soap
from labwindows.auth import NotAllowed
from labwindows.negotiate import Negotiation, Users
from labwindows.service import VENDOR, VERSION, Service

MAX_CONNECTIONS = 40
IDLE_S = 120.0
HANDSHAKE_S = 60.0  # of an emulated machine, beside others
SOAP_TYPE = "application/soap+xml;charset=UTF-8"


class Answer(NamedTuple):
    """An HTTP answer; ``token`` is what Negotiate says besides."""

    status: int
    content: bytes
    content_type: str = SOAP_TYPE
    token: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """What lets in: the password of the audit account, the users of NTLM, TLS or none."""

    password: str
    users: Users
    tls: ssl.SSLContext | None = None
    certificate: bytes | None = None


class Server(ThreadingMixIn, TCPServer):
    """A port: one thread per connection, as the security of Negotiate is per connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 20

    def __init__(self, port: int, service: Service, door: Door) -> None:
        self.service, self.door = service, door
        self._room = BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__(("", port), Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in its thread, or cut it when there are too many."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the thread: who is slow makes nobody wait."""
        request.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        if self.door.tls is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(HANDSHAKE_S)
        with self.door.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Say in one line what cut a connection: handshakes and hang-ups are everyday life."""
        error = sys.exc_info()[1]
        print(f"winrm: {client_address}: {type(error).__name__}: {error}", flush=True)  # noqa: T201


class Connection(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    connection: socket
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    wbufsize = -1
    security: Negotiation | None = None

    def version_string(self) -> str:
        """Say who answers."""
        return "Microsoft-HTTPAPI/2.0 (labctl, simule)"

    def do_POST(self) -> None:
        """Answer an envelope."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > soap.MAX_BYTES:
            self.close_connection = True
            self._send(Answer(413 if length.isdigit() else 411, b""))
            return
        content = self.rfile.read(int(length))
        if self.path.partition("?")[0].rstrip("/").lower() != "/wsman":
            self._send(Answer(404, b""))
        elif self.headers.get("WSMANIDENTIFY", "").lower() == "unauthenticated":
            self._send(Answer(200, soap.identify(VERSION, VENDOR)))
        else:
            self._serve(content)

    def _serve(self, content: bytes) -> None:
        scheme, _space, token = self.headers.get("Authorization", "").partition(" ")
        is_secured = self.server.door.tls is not None
        if scheme.lower() == "basic" and is_secured:
            owner = auth.check_basic(token.strip(), self.server.door.password)
            self._answer(content, owner or "")
        elif scheme.lower() in ("negotiate", "kerberos"):
            self._negotiate(scheme.title(), token.strip(), content)
        elif self.security is not None and self.security.owner:
            self._open(content)
        else:
            self._send(Answer(401, b""))

    def _negotiate(self, scheme: str, token: str, content: bytes) -> None:
        """Take one step; the last one may come with the first message."""
        if self.security is None or self.security.owner:
            self.security = Negotiation(self.server.door.users, self.server.door.certificate)
        try:
            reply = self.security.step(token)
        except NotAllowed:
            self.security = None
            self._send(Answer(401, b""))
            return
        bearer = f"{scheme} {reply}".strip()
        if not self.security.owner:
            self._send(Answer(401, b"", token=bearer))
        elif content:
            self._open(content, bearer)
        else:
            self._send(Answer(200, b"", token=bearer))

    def _open(self, content: bytes, bearer: str = "") -> None:
        """Answer a message of an open security context: in clear over TLS only."""
        protocol = seal.read_protocol(self.headers.get("Content-Type", ""))
        security = self.security
        if security is None or (not protocol and self.server.door.tls is None):
            self._send(Answer(401, b""))
            return
        if not protocol:
            self._answer(content, security.owner, bearer)
            return
        try:
            opened = seal.unwrap(content, security)
        except faults.Fault:
            self.close_connection = True
            self._send(Answer(400, b""))
            return
        status, answered = self.server.service.answer(opened, security.owner)
        kind, sealed = seal.wrap(answered, security, protocol)
        self._send(Answer(status, sealed, kind, bearer))

    def _answer(self, content: bytes, owner: str, bearer: str = "") -> None:
        if not owner:
            self._send(Answer(401, b""))
            return
        status, answered = self.server.service.answer(content, owner)
        self._send(Answer(status, answered, token=bearer))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.token:
            self.send_header("WWW-Authenticate", answer.token)
        elif answer.status == 401:
            self.send_header("WWW-Authenticate", "Negotiate")
            self.send_header("WWW-Authenticate", "Kerberos")
            if self.server.door.tls is not None:
                self.send_header("WWW-Authenticate", 'Basic realm="WSMAN"')
        if answer.content:
            self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of the library
        """Keep quiet: a bench is visited all day."""


def open_doors(password: str, users: Users) -> tuple[Door, Door]:
    """Return what lets in over HTTP and over HTTPS, with the certificate of the machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paths.CERTIFICATE, paths.KEY)
    with open(paths.CERTIFICATE, encoding="ascii") as file:
        certificate = ssl.PEM_cert_to_DER_cert(file.read())
    return Door(password, users), Door(password, users, context, certificate)

"""A stand-in for an Incus server on loopback, and it says so: every answer is scripted.

It is TLS and HTTP for real; there is no Incus behind it.
"""

import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.sync.connection import Connection
from websockets.utils import accept_key

from labctl.providers.incus.link import Identity, Server

NAME = "labctl stand-in for Incus"
SERVER_USE, CLIENT_USE = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
Answer = dict[str, Any] | bytes
"""A JSON document, or the bytes of a body."""


class Answering(Protocol):
    """What answers in place of scripts."""

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer one request."""
        ...


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    body: bytes
    content_type: str

    @property
    def document(self) -> Any:
        """Return the JSON of its body."""
        return json.loads(self.body)


@dataclass
class StandIn:
    """A stand-in that runs.

    ``answers`` are by ``"METHOD /path"`` without the query; of several the last one stays.
    """

    server: Server
    asked: list[Asked] = field(default_factory=list)
    shown: list[bytes | None] = field(default_factory=list)  # client certificate per connection
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    cluster: "Answering | None" = None
    is_hasty: bool = False
    """Whether what comes with a body is answered, and hung up on, before it is read."""
    carry: "Callable[[str, Connection], None] | None" = None
    """What is done with a WebSocket, by its path."""

    def answer(self, route: str, *documents: Answer) -> None:
        """Script the answers to a request."""
        self.answers[route] = list(documents)

    def list_asked(self) -> list[str]:
        """Return the method and path of each request."""
        return [f"{each.method} {each.path}" for each in self.asked]


def issue(folder: Path, name: str, use: x509.ObjectIdentifier = CLIENT_USE) -> Identity:
    """Write a self-signed certificate and its key, as Incus makes them for its members."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = Identity(folder / f"{name}.crt", folder / f"{name}.key")
    files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 of a certificate (DER)."""
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text("ascii"))
    return hashlib.sha256(der).hexdigest()


def serve_as(server: Identity, trusted: Identity | None) -> ssl.SSLContext:
    """Return the server side of TLS, which asks for the certificate that it trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, server.key)
    if trusted is not None:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(cafile=trusted.certificate)
    return context


@contextmanager
def open_standin(
    shown: Identity, choose: Callable[[int], ssl.SSLContext] | ssl.SSLContext
) -> Iterator[StandIn]:
    """Run a stand-in; ``choose`` may give each connection, by its number, another context.

    ``shown`` is the certificate that the stand-in is known by.
    """
    http = _Listener(("127.0.0.1", 0), _Requests)
    port = int(http.server_address[1])
    http.standin = StandIn(Server("127.0.0.1", port, fingerprint(shown.certificate)))
    http.choose = choose if callable(choose) else lambda _number: choose
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield http.standin
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    standin: StandIn
    choose: Callable[[int], ssl.SSLContext]

    def finish_request(self, request: Any, client_address: Any) -> None:
        number = len(self.standin.shown)
        self.standin.shown.append(None)
        with suppress(OSError):  # the client left
            tls = self.choose(number).wrap_socket(request, server_side=True)
            with tls:
                self.standin.shown[number] = tls.getpeercert(binary_form=True)
                _Requests(tls, client_address, self)


class _Requests(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # an answer goes out in one piece, or Nagle delays its second half
    server_version = "labctl-stand-in"

    def do_GET(self) -> None:
        standin = self.server.standin
        size = int(self.headers.get("Content-Length", 0))
        if standin.is_hasty and size:
            self.close_connection = True
            self._reply(self._choose(f"{self.command} {self.path.partition('?')[0]}"))
            return
        body = self.rfile.read(size)
        kind = self.headers.get("Content-Type", "")
        standin.asked.append(Asked(self.command, self.path, body, kind))
        if standin.carry is not None and self.headers.get("Upgrade") == "websocket":
            self._upgrade(standin.carry)
            return
        if standin.cluster is not None:
            self._reply(standin.cluster.answer(self.command, self.path, body, dict(self.headers)))
            return
        self._reply(self._choose(f"{self.command} {self.path.partition('?')[0]}"))

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # the library's names

    def _upgrade(self, carry: "Callable[[str, Connection], None]") -> None:
        self.send_response(101)
        for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade")):
            self.send_header(name, value)
        self.send_header("Sec-WebSocket-Accept", accept_key(self.headers["Sec-WebSocket-Key"]))
        self.end_headers()
        self.wfile.flush()
        with Connection(self.connection, ServerProtocol(state=State.OPEN)) as stream:
            carry(self.path, stream)
        self.close_connection = True

    def _choose(self, route: str) -> Answer:
        scripted = self.server.standin.answers.get(route)
        if scripted:
            return scripted.pop(0) if len(scripted) > 1 else scripted[0]
        if route == "GET /1.0":
            is_known = self.server.standin.shown[-1] is not None
            about = {
                "environment": {"server": NAME},
                "auth": "trusted" if is_known else "untrusted",
            }
            return {"type": "sync", "metadata": about}
        return error("Not Found", 404)

    def _reply(self, answer: Answer) -> None:
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        code = answer.get("error_code") or 200 if isinstance(answer, dict) else 200
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def sync(metadata: object) -> Answer:
    """Return the answer to a question, or to a change that is done at once."""
    return {"type": "sync", "status_code": 200, "metadata": metadata}


def begun(operation: str, title: str = "Creating instance") -> Answer:
    """Return the answer to a change that goes on in the background."""
    path = f"/1.0/operations/{operation}"
    return {"type": "async", "operation": path, "metadata": {"description": title}}


def operation(code: int, **more: object) -> Answer:
    """Return what is said of an operation: 103 is running, 200 success, 400 failure."""
    return sync({"status_code": code, **more})


def error(text: str, code: int) -> Answer:
    """Return an error, with no metadata as Incus writes it."""
    return {"type": "error", "error": text, "error_code": code, "metadata": None}

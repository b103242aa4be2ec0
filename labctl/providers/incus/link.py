"""HTTPS to an Incus server whose certificate is pinned, under one deadline and a byte cap.

The server's certificate is read on a connection of its own, which carries nothing of labctl. The
client certificate and the requests go only to a server that proves to hold the pinned key.
"""

import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from labctl.connect.base import Vantage
from labctl.connect.guard import GuardedSocket
from labctl.connect.http import read_whole, speak_http
from labctl.connect.tls import TlsStream
from labctl.connect.vantage import connect_from
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, OutputLimit, ProviderError
from labctl.core.i18n import _
from labctl.core.untrusted import one_line
from labctl.providers.incus.twoway import TwoWay

_CONNECT_S = 10.0
_OVERHEAD_BYTES = 64 << 10  # headers and TLS records of one answer


@dataclass(frozen=True, slots=True)
class Server:
    """A member of the cluster; every member shows the certificate of the cluster.

    ``fingerprint`` is the SHA-256 of that certificate (DER), in lower-case hexadecimal.
    """

    host: str
    port: int
    fingerprint: str

    @property
    def where(self) -> str:
        """Return host and port, as a message and a URL name them: an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Identity:
    """The client certificate that the cluster trusts, and its key: PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request."""

    status: int
    content: bytes


def open_link(server: Server, identity: Identity, deadline: Deadline) -> "Link":
    """Connect to the server that holds the pinned key.

    ProviderError when nobody answers, the key is another one, or no TLS is spoken.
    """
    context = _pin(_read_pinned(server, deadline), identity)
    guard = _connect(server, deadline)
    try:
        tls = TlsStream(guard, context, server.host)
        tls.shake_hands()
    except OSError as exc:
        guard.close()
        raise _explain(server, guard.error or exc) from exc
    return Link(server, guard, tls)


def open_socket(server: Server, identity: Identity, deadline: Deadline) -> socket.socket:
    """Connect to the server that holds the pinned key, for as long as a person is there.

    The deadline is for connecting. ProviderError as ``open_link``.
    """
    context = _pin(_read_pinned(server, deadline), identity)
    sock = _dial(server, deadline)
    try:
        tls = TwoWay(sock, context, server.host)
        tls.shake_hands()
        sock.settimeout(None)
    except OSError as exc:
        sock.close()
        raise _explain(server, exc) from exc
    return cast("socket.socket", tls)  # as far as a library of WebSockets looks


class Link:
    """An open connection: a request, its answer, and so on until one side closes."""

    def __init__(self, server: Server, guard: GuardedSocket, tls: TlsStream) -> None:
        self._server = server
        self._guard = guard
        self._http = speak_http(tls, server.where)
        self.is_open = True

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None,
        headers: Mapping[str, str],
        limits: tuple[int, Deadline],
    ) -> Reply:
        """Send a request and return its answer; ``limits`` are its byte cap and its deadline.

        After a ProviderError the link is closed: what was left unread belongs to no request.
        """
        cap, deadline = limits
        self._guard.allow(cap + _OVERHEAD_BYTES, deadline)
        is_whole = False
        try:
            with suppress(BrokenPipeError, ConnectionResetError):
                self._http.request(method, path, body, dict(headers))
                is_whole = True
            # What was refused before all of it was sent, as by a full disk, has its answer too.
            with self._http.getresponse() as response:
                content = read_whole(response, cap)
                self.is_open = is_whole and not response.will_close
        except (OSError, http.client.HTTPException, ConnectError) as exc:
            self.close()
            raise _explain(self._server, self._guard.error or exc) from exc
        if not self.is_open:
            self.close()
        return Reply(response.status, content)

    def close(self) -> None:
        """Close the connection; succeeds when it is already closed."""
        self.is_open = False
        self._http.close()
        self._guard.close()


def _read_pinned(server: Server, deadline: Deadline) -> bytes:
    """Return the certificate of the server (DER); ProviderError when it is not the pinned one."""
    certificate = _read_certificate(server, deadline)
    found = hashlib.sha256(certificate).hexdigest()
    if not hmac.compare_digest(found, server.fingerprint):
        said = _("le serveur Incus %(where)s montre une autre clé : rien ne lui a été envoyé")
        hint = _("empreinte attendue : %(pinned)s ; reçue : %(found)s ; comparez sur le membre")
        values = {"pinned": server.fingerprint, "found": found}
        raise ProviderError(said % {"where": server.where}, hint=hint % values)
    return certificate


def _read_certificate(server: Server, deadline: Deadline) -> bytes:
    """Return the certificate that the server shows to anybody (DER)."""
    guard = _connect(server, deadline)
    try:
        tls = TlsStream(guard, _trust_anybody(), server.host)
        tls.shake_hands()
        return tls.peer_certificate()
    except OSError as exc:
        raise _explain(server, guard.error or exc) from exc
    finally:
        guard.close()


def _connect(server: Server, deadline: Deadline) -> GuardedSocket:
    return GuardedSocket(_dial(server, deadline), deadline, _OVERHEAD_BYTES)


def _dial(server: Server, deadline: Deadline) -> socket.socket:
    limit = deadline.within(_CONNECT_S)
    try:
        return connect_from(Vantage(), server.host, server.port, limit)
    except ConnectError as exc:
        hint = _("le membre est-il allumé ? incus cluster list, sur un autre membre")
        raise ProviderError(exc.message, hint=hint) from exc


def _trust_anybody() -> ssl.SSLContext:
    """Return a context in which a certificate is read and nothing is sent: its pin is the proof."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _pin(certificate: bytes, identity: Identity) -> ssl.SSLContext:
    """Return a context in which one certificate is trusted, whatever name it carries."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False  # members share the certificate: its key is what is pinned
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=certificate)
    try:
        context.load_cert_chain(identity.certificate, identity.key)
    except OSError as exc:  # ssl.SSLError is one
        said = _("certificat client d'Incus illisible : %(path)s")
        hint = _("il faut un certificat et sa clé, en PEM")
        raise ProviderError(said % {"path": identity.certificate}, hint=hint) from exc
    return context


def _explain(server: Server, cause: Exception) -> ProviderError:
    """Return what went wrong on a connection, in one sentence."""
    values = {"where": server.where, "why": one_line(f"{type(cause).__name__}: {cause}")}
    if isinstance(cause, ssl.SSLCertVerificationError):
        said = _("le serveur Incus %(where)s ne prouve pas qu'il tient la clé attendue : %(why)s")
        return ProviderError(said % {**values, "why": one_line(cause.verify_message)})
    if isinstance(cause, OutputLimit):
        return ProviderError(_("le serveur Incus %(where)s envoie plus que permis") % values)
    if isinstance(cause, TimeoutError):
        said = _("le serveur Incus %(where)s n'a pas répondu à temps")
        return ProviderError(said % values, hint=_("incus cluster list, sur un membre"))
    return ProviderError(
        _("conversation rompue avec le serveur Incus %(where)s (%(why)s)") % values
    )

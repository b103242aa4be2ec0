"""The link to a WS-Management service: who we are on it, and messages sealed where it is clear.

Over TLS: Kerberos for an account of a domain, or NTLM, bound to the machine's certificate, or the
password itself where the service takes nothing better. Over plain HTTP every message is sealed by
Kerberos or NTLM and nothing else will do.
"""

import base64
import http.client
import re
import struct
from dataclasses import replace
from enum import Enum

import spnego
import spnego.exceptions
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pypsrp.encryption import WinRMEncryption
from pypsrp.exceptions import WinRMError
from spnego.channel_bindings import GssChannelBindings

from labctl.connect.base import Endpoint
from labctl.connect.cim.wsman.http import OVERHEAD_BYTES, PATH, Channel, Reply, open_channel
from labctl.connect.cim.wsman.kerberos import Ticket, is_domain_account
from labctl.connect.tls import TlsStream
from labctl.connect.trouble import DETAIL_CAP
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError
from labctl.core.i18n import _
from labctl.core.secrets import Secret
from labctl.core.untrusted import one_line

_SOAP = "application/soap+xml;charset=UTF-8"
_UNAUTHORIZED = 401
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_TOKEN = re.compile(r"\b(?:Negotiate|Kerberos)\s+([A-Za-z0-9+/=]+)", re.IGNORECASE)
# What libraries let out on what a hostile peer sends.
_BROKEN = (
    http.client.HTTPException, OSError, EOFError, ValueError, IndexError, KeyError, TypeError,
    AttributeError, struct.error, OverflowError, MemoryError, RecursionError, WinRMError,
    spnego.exceptions.SpnegoError,
)  # fmt: skip


class LinkDropped(ConnectError):
    """The machine closed the connection; another one may be tried."""


class Proof(Enum):
    """How a service learns who we are."""

    UNKNOWN = "unknown"
    ONCE = "once"  # NTLM or Kerberos, for the connection
    PASSWORD = "password"  # noqa: S105  # with each message, inside TLS
    NOTHING = "nothing"  # it asks for nothing


def open_link(endpoint: Endpoint, password: Secret | None, deadline: Deadline) -> "Link":
    """Connect and say who we are.

    Raises Unreachable, ConnectTimeout, HostIdentityError (nothing secret was sent then),
    AuthenticationRefused, or ConnectError when the peer speaks something else.
    """
    link = Link(endpoint, password, open_channel(endpoint, deadline))
    link.log_in(deadline)
    return link


class Link:
    """One connection at a time: bytes of an envelope out, bytes of the answer in."""

    def __init__(self, endpoint: Endpoint, password: Secret | None, channel: Channel) -> None:
        self._endpoint = endpoint
        self._password = password
        self._channel = channel
        self._seal: WinRMEncryption | None = None
        self._proof = Proof.UNKNOWN
        self._earlier_posts = 0

    @property
    def posts(self) -> int:
        """Return how many times something was sent."""
        return self._earlier_posts + self._channel.posts

    @property
    def url(self) -> str:
        """Return the address of the service, as messages must name it."""
        scheme = "https" if self._channel.tls else "http"
        host = self._endpoint.server_name or self._endpoint.address
        return f"{scheme}://{host}:{self._endpoint.port}{PATH}"

    @property
    def is_open(self) -> bool:
        """Tell whether another message can be sent, if on a connection that is made for it."""
        return self._channel.has_said_goodbye or not self._channel.guard.has_ended

    @property
    def round_trip_s(self) -> float:
        """Return how long the line takes there and back at best, 0 when that is not known."""
        return self._channel.guard.round_trip_s

    def log_in(self, deadline: Deadline) -> None:
        """Prove who we are, or learn how it is wanted."""
        try:
            if is_domain_account(self._endpoint.account):
                self._show_ticket(deadline)
            else:
                self._negotiate()
        except ConnectError:
            self.close()
            raise
        except _BROKEN as exc:
            raise self._broken(exc) from exc

    def send(self, envelope: bytes, deadline: Deadline, cap: int) -> Reply:
        """Post an envelope and return what came, at most ``cap`` bytes of it."""
        if self._channel.has_said_goodbye:
            self._reopen(deadline)
        guard = self._channel.guard
        guard.allow(cap + cap // 8 + 2 * OVERHEAD_BYTES, deadline)
        try:
            reply = self._exchange(envelope, cap)
        except ConnectError:
            self.close()  # some of the answer may still come: it is not the answer to the next
            raise
        except _BROKEN as exc:
            raise self._broken(exc) from exc
        finally:
            guard.rest()
        if reply.status == _UNAUTHORIZED:
            raise self._refused()
        return reply

    def close(self) -> None:
        """Close the connection; succeeds when it is already gone."""
        self._channel.has_said_goodbye = False
        self._channel.guard.has_ended = True
        self._channel.close()

    def _reopen(self, deadline: Deadline) -> None:
        """Connect again to a service that closes after each answer, or after many."""
        self._earlier_posts += self._channel.posts
        self._channel.close()
        self._channel = open_channel(self._endpoint, deadline)
        if self._proof is Proof.ONCE:
            self.log_in(deadline)

    def _show_ticket(self, deadline: Deadline) -> None:
        """Prove an account of a domain: never in another way when that one fails."""
        ticket = Ticket(self._endpoint, self._password, bind(self._channel.tls))
        reply = self._show(ticket.prove(deadline), "Kerberos")
        if reply.status == _UNAUTHORIZED:
            raise self._refused()
        answer = _TOKEN.search(reply.challenge)
        ticket.verify(base64.b64decode(answer[1]) if answer else b"", deadline)
        self._proof = Proof.ONCE
        if self._channel.tls is None:
            self._seal = WinRMEncryption(ticket.context, WinRMEncryption.KERBEROS)

    def _negotiate(self) -> None:
        """Shake hands in NTLM; on TLS, fall back to what the service offers."""
        context = spnego.client(
            self._endpoint.account,
            self._reveal(),
            hostname=self._endpoint.server_name or self._endpoint.address,
            service="HTTP",
            channel_bindings=bind(self._channel.tls),
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm
            | (0 if self._channel.tls else spnego.NegotiateOptions.wrapping_winrm),
        )
        first = self._show(context.step())
        answer = _TOKEN.search(first.challenge)
        if answer is None:
            self._proof = self._fall_back(first)
            return
        last = self._show(context.step(base64.b64decode(answer[1])))
        if last.status == _UNAUTHORIZED:
            raise self._refused()
        self._proof = Proof.ONCE
        if self._channel.tls is None:
            self._seal = WinRMEncryption(context, WinRMEncryption.SPNEGO)

    def _reveal(self) -> str:
        """Return the password; ConnectError without one."""
        if self._password is None:
            raise ConnectError(_("aucun mot de passe pour le compte %s") % self._endpoint.account)
        return self._password.reveal()

    def _show(self, token: bytes | None, scheme: str = "Negotiate") -> Reply:
        """Post a token and nothing else."""
        proof = f"{scheme} {base64.b64encode(token or b'').decode()}"
        return self._channel.post(b"", {"Authorization": proof}, OVERHEAD_BYTES)

    def _fall_back(self, reply: Reply) -> Proof:
        """Use the password itself, only where TLS hides it and the service asks for it."""
        if self._channel.tls is not None and reply.status != _UNAUTHORIZED:
            return Proof.NOTHING  # the certificate says who answers, and nothing is sent
        has_basic = re.search(r"\bBasic\b", reply.challenge, re.IGNORECASE)
        if self._channel.tls is None or not has_basic:
            words = one_line(reply.challenge or f"HTTP {reply.status}", DETAIL_CAP)
            raise ConnectError(_("le service ne propose aucune authentification sûre (%s)") % words)
        return Proof.PASSWORD

    def _exchange(self, envelope: bytes, cap: int) -> Reply:
        if self._seal is not None:
            return self._exchange_sealed(self._seal, envelope, cap)
        headers = {"Content-Type": _SOAP}
        if self._proof is Proof.PASSWORD:
            pair = f"{self._endpoint.account}:{self._reveal()}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        return self._channel.post(envelope, headers, cap)

    def _exchange_sealed(self, seal: WinRMEncryption, envelope: bytes, cap: int) -> Reply:
        """Post a sealed message and open the answer; one in clear could be anybody's."""
        kind, content = seal.wrap_message(envelope)
        kind = f'{kind};protocol="{seal.protocol}";boundary="Encrypted Boundary"'
        reply = self._channel.post(content, {"Content-Type": kind}, cap)
        if not reply.content:
            return reply
        boundary = _BOUNDARY.search(reply.kind)
        if boundary is None or not reply.kind.lower().startswith("multipart/"):
            raise ConnectError(_("réponse en clair sur une connexion qui doit être chiffrée"))
        return replace(reply, content=seal.unwrap_message(reply.content, boundary[1]), charset="")

    def _refused(self) -> AuthenticationRefused:
        values = {"name": self._endpoint.account}
        return AuthenticationRefused(_("la machine refuse le compte %(name)s") % values)

    def _broken(self, error: BaseException) -> ConnectError:
        """Return our error for one of a library's: the guard knows better why a link is cut."""
        guard = self._channel.guard
        has_dropped = guard.has_ended or isinstance(error, (EOFError, ConnectionError))
        self.close()  # the state of the conversation is unknown: it is done for
        if guard.error is not None:
            return guard.error
        if has_dropped or isinstance(error, http.client.IncompleteRead):
            return LinkDropped(_("la connexion a été coupée"))
        values = {"kind": type(error).__name__}
        return ConnectError(_("conversation WinRM rompue (%(kind)s)") % values)


def bind(tls: TlsStream | None) -> GssChannelBindings | None:
    """Return what ties NTLM to a TLS connection (RFC 5929, tls-server-end-point)."""
    if tls is None:
        return None
    raw = tls.peer_certificate()
    algorithm = x509.load_der_x509_certificate(raw).signature_hash_algorithm
    if algorithm is None or algorithm.name in {"md5", "sha1"}:
        algorithm = hashes.SHA256()
    digest = hashes.Hash(algorithm)
    digest.update(raw)
    return GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())

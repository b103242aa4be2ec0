"""TLS to a machine whose certificate must come from the lab's own authority.

The library is only given bytes that passed the guarded socket: over a socket of its own it reads
for as long as a peer keeps sending, whatever the time.
"""

import ssl
from collections.abc import Callable
from typing import TypeVar

from labctl.connect.guard import GuardedSocket
from labctl.core.errors import ConnectError, HostIdentityError
from labctl.core.i18n import _

_CHUNK_BYTES = 16 << 10
T = TypeVar("T")


def open_tls(guard: GuardedSocket, ca: str, name: str) -> "TlsStream":
    """Shake hands; the certificate must carry the name and come from the authority.

    Nothing secret is sent before. Raises HostIdentityError, ConnectTimeout, OutputLimit, or
    ConnectError when the peer speaks no TLS.
    """
    try:
        stream = TlsStream(guard, _trust(ca), name)
        stream.shake_hands()
    except ssl.SSLCertVerificationError as exc:
        values = {"name": name, "why": exc.verify_message}
        raise HostIdentityError(
            _("le certificat n’est pas celui de %(name)s : %(why)s") % values
        ) from exc
    except (OSError, ValueError) as exc:
        if guard.error is not None:
            raise guard.error from exc
        raise ConnectError(_("conversation TLS rompue (%s)") % type(exc).__name__) from exc
    return stream


def _trust(ca: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cafile=ca)
    except OSError as exc:  # ssl.SSLError is one
        raise ConnectError(_("certificat d’autorité illisible : %s") % ca) from exc
    return context


class TlsStream:
    """The clear side of a TLS connection, as far as libraries want a socket."""

    def __init__(self, guard: GuardedSocket, context: ssl.SSLContext, name: str) -> None:
        self._guard = guard
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._received, self._to_send, server_hostname=name)

    def shake_hands(self) -> None:
        """Agree on keys and check who is there."""
        self._do(self._tls.do_handshake)

    def peer_certificate(self) -> bytes:
        """Return the certificate that was verified, as DER."""
        return self._tls.getpeercert(binary_form=True) or b""

    def recv(self, size: int) -> bytes:
        """Return what comes, nothing once the connection is over."""
        try:
            return self._do(lambda: self._tls.read(size))
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            return b""

    def sendall(self, content: bytes) -> None:
        """Send all the bytes."""
        self._do(lambda: self._tls.write(content))

    def shutdown(self, _how: int) -> None:
        """Cut the connection."""
        self._guard.shutdown()

    def close(self) -> None:
        """Cut and close the connection."""
        self._guard.close()

    def _do(self, act: Callable[[], T]) -> T:
        """Let the library work on what came, and fetch more while it wants more."""
        while True:
            try:
                result = act()
            except ssl.SSLWantReadError:
                self._flush()
                self._fetch()
            else:
                self._flush()
                return result

    def _fetch(self) -> None:
        chunk = self._guard.recv(_CHUNK_BYTES)
        if chunk:
            self._received.write(chunk)
        else:
            self._received.write_eof()

    def _flush(self) -> None:
        if self._to_send.pending:
            self._guard.sendall(self._to_send.read())

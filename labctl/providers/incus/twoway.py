"""A TLS connection that one thread reads while others write.

The standard library's socket is not made for that before Python 3.13: OpenSSL may be told to write
while it works on a ticket that the server sent (RFC 8446, 4.6.1), and once in some thousands of
connections what was written is lost, without an error. Here the library sees memory only, one
thread at a time, and the socket is waited for outside of it.
"""

import socket
import ssl
from threading import Lock
from typing import Any

_CHUNK_BYTES = 64 << 10


class TwoWay:
    """The clear side of a connection; all but what is written here is its socket's."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, name: str) -> None:
        self._sock = sock
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._received, self._to_send, server_hostname=name)
        self._library, self._line = Lock(), Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def shake_hands(self) -> None:
        """Agree on keys and check who is there; OSError when that fails."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._fetch()
            else:
                self._flush()
                return

    def recv(self, _size: int) -> bytes:
        """Wait for what comes, and return all of it; nothing once the connection is over.

        Nothing may stay behind in memory: who waits for the socket would not see it.
        """
        while True:
            said = self._read()
            if said is not None:
                return said
            self._fetch()

    def sendall(self, content: bytes) -> None:
        """Send all the bytes."""
        with self._library:
            self._tls.write(content)
        self._flush()

    def _read(self) -> bytes | None:
        """Return what is there, None when that is nothing yet."""
        whole = b""
        with self._library:
            try:
                while piece := self._tls.read(_CHUNK_BYTES):
                    whole += piece
            except ssl.SSLWantReadError:
                return whole or None
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
                pass
            return whole

    def _fetch(self) -> None:
        chunk = self._sock.recv(_CHUNK_BYTES)
        with self._library:
            if chunk:
                self._received.write(chunk)
            else:
                self._received.write_eof()

    def _flush(self) -> None:
        """Send what the library made, in its order; who reads never waits for room to write."""
        with self._line:
            with self._library:
                made = self._to_send.read()
            if made:
                self._sock.sendall(made)

"""HTTP over a guarded stream.

``http.client`` on its own opens sockets anywhere and reads without a cap: here it opens none, and
its bytes pass the guard, which holds the deadline.
"""

import http.client
import io
from typing import Protocol

from labctl.core.errors import OutputLimit
from labctl.core.i18n import _

_BLOCK_BYTES = 64 << 10


class Stream(Protocol):
    """What HTTP needs of a socket."""

    def recv(self, size: int) -> bytes:
        """Return what comes, nothing at the end."""
        ...

    def sendall(self, content: bytes) -> None:
        """Send all the bytes."""
        ...


def speak_http(stream: Stream, host: str) -> http.client.HTTPConnection:
    """Return a connection over a stream, which its owner closes."""
    connection = http.client.HTTPConnection(host, blocksize=_BLOCK_BYTES)
    connection.auto_open = 0
    connection.sock = _Socket(stream)
    return connection


def read_whole(response: http.client.HTTPResponse, cap: int) -> bytes:
    """Return the content; OutputLimit above ``cap`` bytes, IncompleteRead when it was cut."""
    content = response.read(cap + 1)
    if len(content) > cap:
        raise OutputLimit(_("réponse plus longue que permis"))
    if response.length:  # the library returns the beginning of an answer that was cut
        raise http.client.IncompleteRead(content, response.length)
    return content


class _Socket:
    """The part of a socket that the library uses; a small request is sent in one piece."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._request = bytearray()

    def sendall(self, content: bytes) -> None:
        self._request += content
        if len(self._request) >= _BLOCK_BYTES:
            self._flush()

    def makefile(self, _mode: str) -> io.BufferedReader:
        self._flush()
        return io.BufferedReader(_Reader(self._stream))

    def close(self) -> None:
        """Leave the stream to its owner."""

    def _flush(self) -> None:
        request, self._request = bytes(self._request), bytearray()
        self._stream.sendall(request)


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

"""LDAP messages out of a stream, a few at a time.

The library gathers all that comes until the peer pauses, then decodes it: a peer that never pauses
would be read long after the deadline. Here each read gives back what is whole, and the next one
finds the deadline and the cap of the socket again.
"""

from labctl.connect.tls import TlsStream

_SEQUENCE = 0x30
_CHUNK_BYTES = 16 << 10


class MessageReader:
    """The library's ``receiving``: whole messages, none once the connection is over."""

    def __init__(self, stream: TlsStream) -> None:
        self._stream = stream
        self._buffer = bytearray()

    def read(self) -> list[bytes]:
        """Wait for at least one message; return those that came. ValueError when it is no BER."""
        while True:
            messages = self._take()
            if messages:
                return messages
            chunk = self._stream.recv(_CHUNK_BYTES)
            if not chunk:
                return []
            self._buffer += chunk

    def _take(self) -> list[bytes]:
        messages: list[bytes] = []
        at = 0
        while (size := measure(self._buffer, at)) and at + size <= len(self._buffer):
            messages.append(bytes(self._buffer[at : at + size]))
            at += size
        del self._buffer[:at]
        return messages


def measure(buffer: bytearray, at: int) -> int:
    """Return how long the message at a place is, 0 while its head is not all there."""
    if len(buffer) < at + 2:
        return 0
    if buffer[at] != _SEQUENCE:
        raise ValueError("not an LDAP message")
    length = buffer[at + 1]
    if length < 0x80:
        return 2 + length
    count = length & 0x7F
    if not 1 <= count <= 4:
        raise ValueError("not the length of an LDAP message")
    if len(buffer) < at + 2 + count:
        return 0
    return 2 + count + int.from_bytes(buffer[at + 2 : at + 2 + count], "big")

"""LDAP over the local socket that Samba keeps for root: the directory changed as by itself.

What runs answers in milliseconds; a tool of its own would first read the whole schema, which takes
an emulated processor several seconds. Just enough of RFC 4511 for a few requests.
"""

import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Any

SOCKET = "/var/lib/samba/private/ldap_priv/ldapi"
_SEARCH, _MODIFY, _ENTRY = 0x63, 0x66, 0x64
_PRESENT = 0x87
_REPLACE = 2
_PATIENCE_S = 120.0


class Refused(Exception):
    """The directory said no."""


class LocalDirectory:
    """A connection, for one request after another."""

    def __init__(self, path: str = SOCKET) -> None:
        self._link = socket.socket(socket.AF_UNIX)
        self._link.settimeout(_PATIENCE_S)
        self._link.connect(path)
        self._number = 0
        self._received = b""

    def __enter__(self) -> "LocalDirectory":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._link.close()

    def replace(self, dn: str, values: Mapping[str, bytes]) -> None:
        """Replace attributes of an entry, one value each."""
        changes = [
            sequence(tlv(0x0A, bytes((_REPLACE,))), sequence(text(name), tlv(0x31, tlv(4, value))))
            for name, value in values.items()
        ]
        self._ask(tlv(_MODIFY, text(dn), sequence(*changes)), dn)

    def read_root(self, attribute: str) -> str:
        """Return an attribute of the root entry."""
        request = tlv(
            _SEARCH,
            *(text(""), tlv(0x0A, b"\0"), tlv(0x0A, b"\0")),
            *(tlv(2, b"\0"), tlv(2, b"\0"), tlv(1, b"\0")),
            *(tlv(_PRESENT, b"objectClass"), sequence(text(attribute))),
        )
        for _name, attributes in self._ask(request, "rootDSE"):
            for name, values in attributes:
                if name.lower() == attribute.lower().encode():
                    return str(values[0].decode())
        raise Refused(f"{attribute}: not in the root entry")

    def _ask(self, request: bytes, what: str) -> list[Any]:
        """Send a request; return the entries that answer it, once its end says success."""
        self._number += 1
        self._link.sendall(sequence(tlv(2, bytes((self._number,))), request))
        entries = []
        while True:
            (message,) = parse(self._read_message())
            tag, content = message[1][1]
            if tag == _ENTRY:
                entries.append(
                    [value for _tag, value in content[:1]] + [_attributes(content[1][1])]
                )
                continue
            code = int.from_bytes(content[0][1], "big")
            if code != 0:
                raise Refused(f"{what}: {code} {content[2][1].decode(errors='replace')}")
            return entries

    def _read_message(self) -> bytes:
        while (size := measure(self._received)) is None or len(self._received) < size:
            part = self._link.recv(65_536)
            if not part:
                raise Refused("the directory has hung up")
            self._received += part
        message, self._received = self._received[:size], self._received[size:]
        return message


def _attributes(content: Any) -> list[tuple[bytes, list[bytes]]]:
    return [(pair[0][1], [value for _tag, value in pair[1][1]]) for _tag, pair in content]


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return an element (X.690)."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    """Return a sequence."""
    return tlv(0x30, *parts)


def text(value: str) -> bytes:
    """Return an octet string."""
    return tlv(4, value.encode())


def measure(received: bytes) -> int | None:
    """Return how long the first element is in all, None when its head is not all there."""
    if len(received) < 2:
        return None
    size = received[1]
    if size < 0x80:
        return 2 + size
    count = size & 0x7F
    if len(received) < 2 + count:
        return None
    return 2 + count + int.from_bytes(received[2 : 2 + count], "big")


def parse(content: bytes) -> list[tuple[int, Any]]:
    """Return the elements of a text: tag, and bytes or elements."""
    found: list[tuple[int, Any]] = []
    while content:
        size = measure(content)
        if size is None or size > len(content):
            raise Refused("not an answer")
        head = 2 if content[1] < 0x80 else 2 + (content[1] & 0x7F)
        body = content[head:size]
        found.append((content[0], parse(body) if content[0] & 0x20 else body))
        content = content[size:]
    return found

"""Sealed messages: MIME parts around what a security context encrypts (MS-WSMV 2.2.9.1)."""

import re
import struct
from typing import Protocol

from labwindows import faults

BOUNDARY = "Encrypted Boundary"
_PARTS = re.compile(
    rb"--\s*Encrypted Boundary\r\n\s*Content-Type: [^\r\n]{1,100}\r\n"
    rb"\s*OriginalContent: [^\r\n]{1,200};Length=(\d{1,7})\r\n"
    rb"--\s*Encrypted Boundary\r\n\s*Content-Type: application/octet-stream\r\n"
    rb"(.*?)--\s*Encrypted Boundary(?:--)?(?:\r\n)?\Z",
    re.DOTALL,
)
_TYPE = re.compile(r'multipart/encrypted;\s*protocol="([\w/-]{1,80})";\s*boundary="([^"]{1,40})"')


class Sealer(Protocol):
    """The little of a security context that sealing needs."""

    def seal(self, content: bytes) -> tuple[bytes, bytes, int]:
        """Return signature, encrypted content, and the length of its padding."""
        ...

    def open(self, signature: bytes, content: bytes) -> bytes:
        """Return a content in clear; Fault when it was changed."""
        ...


def read_protocol(content_type: str) -> str:
    """Return the protocol of a sealed message, empty for one in clear."""
    found = _TYPE.fullmatch(content_type.strip())
    return found[1] if found is not None and found[2] == BOUNDARY else ""


def unwrap(content: bytes, sealer: Sealer) -> bytes:
    """Return the envelope in a sealed message; Fault when it cannot be opened."""
    found = _PARTS.fullmatch(content)
    if found is None or len(found[2]) < struct.calcsize("<i"):
        raise faults.not_understood("not a sealed message")
    (length,) = struct.unpack_from("<i", found[2])
    sealed = found[2][4:]
    if not 0 < length <= len(sealed):
        raise faults.not_understood("the signature has a wrong length")
    opened = sealer.open(sealed[:length], sealed[length:])
    if len(opened) != int(found[1]):
        raise faults.not_understood("the message has another length than it says")
    return opened


def wrap(content: bytes, sealer: Sealer, protocol: str) -> tuple[str, bytes]:
    """Return the content type and the body of a sealed message."""
    signature, sealed, padding = sealer.seal(content)
    length = len(content) + padding
    head = (
        f"--{BOUNDARY}\r\n\tContent-Type: {protocol}\r\n\tOriginalContent: "
        f"type=application/soap+xml;charset=UTF-8;Length={length}\r\n--{BOUNDARY}\r\n"
        "\tContent-Type: application/octet-stream\r\n"
    )
    body = head.encode() + struct.pack("<i", len(signature)) + signature + sealed
    kind = f'multipart/encrypted;protocol="{protocol}";boundary="{BOUNDARY}"'
    return kind, body + f"--{BOUNDARY}--\r\n".encode()

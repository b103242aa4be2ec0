"""A directory server in the hands of an attacker: just enough BER to be believed."""

import socket
import ssl
from collections.abc import Callable

from tests.attacks.hostile import Player

BIND_DONE, ENTRY, SEARCH_DONE, REFERENCE = 0x61, 0x64, 0x65, 0x73
Reply = Callable[[ssl.SSLSocket, int, int], None]
"""Answer to a request, given its message id and its kind (the tag of the operation)."""


def play_ldap(context: ssl.SSLContext, reply: Reply, heard: list[bytes]) -> Player:
    """Return a player that shakes hands and hands every request to ``reply``."""

    def player(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as tls:
            while request := tls.recv(65536):
                heard.append(request)
                # 30 len 02 len id tag …; the library counts its messages for the whole process
                at = 2 if request[1] < 0x80 else 2 + (request[1] & 0x7F)
                end = at + 2 + request[at + 1]
                reply(tls, int.from_bytes(request[at + 2 : end], "big"), request[end])

    return player


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return one BER element."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def message(number: int, operation: bytes, controls: bytes = b"") -> bytes:
    """Return one LDAP message."""
    size = number.bit_length() // 8 + 1
    return tlv(0x30, tlv(0x02, number.to_bytes(size, "big")), operation, controls)


def result(tag: int, code: int, referral: str = "") -> bytes:
    """Return the end of an operation."""
    where = tlv(0xA3, tlv(0x04, referral.encode())) if referral else b""
    return tlv(tag, tlv(0x0A, bytes((code,))), tlv(0x04), tlv(0x04), where)


def entry(dn: str, name: str = "cn", value: bytes = b"x") -> bytes:
    """Return one entry with one attribute."""
    attribute = tlv(0x30, tlv(0x04, name.encode()), tlv(0x31, tlv(0x04, value)))
    return tlv(ENTRY, tlv(0x04, dn.encode()), tlv(0x30, attribute))


def more_pages(cookie: bytes) -> bytes:
    """Return the control that says: there is another page."""
    value = tlv(0x30, tlv(0x02, b"\0"), tlv(0x04, cookie))
    return tlv(0xA0, tlv(0x30, tlv(0x04, b"1.2.840.113556.1.4.319"), tlv(0x04, value)))


def welcome(then: Reply) -> Reply:
    """Accept the bind, then do as told."""

    def reply(tls: ssl.SSLSocket, number: int, kind: int) -> None:
        if kind == 0x60:
            tls.sendall(message(number, result(BIND_DONE, 0)))
        else:
            then(tls, number, kind)

    return reply

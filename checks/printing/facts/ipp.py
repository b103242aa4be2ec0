"""The Internet Printing Protocol's encoding, as far as a printer's state needs it (RFC 8010)."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labctl.api import NotUnderstood, _

GET_JOBS, GET_PRINTER_ATTRIBUTES = 0x000A, 0x000B
OPERATION, JOB, END, PRINTER = 0x01, 0x02, 0x03, 0x04
INTEGER, ENUM, KEYWORD, URI, CHARSET, LANGUAGE = 0x21, 0x23, 0x44, 0x45, 0x47, 0x48
LAST_DELIMITER = 0x0F
FIRST_ERROR = 0x0100
VERSION = b"\x01\x01"


@dataclass(frozen=True, slots=True)
class Group:
    """The attributes of one thing: a printer, a job."""

    tag: int
    attributes: dict[str, tuple[bytes, ...]]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values of an attribute as text."""
        return tuple(value.decode("utf-8", "replace") for value in self.attributes.get(name, ()))

    def number(self, name: str) -> int:
        """Return the value of an attribute as a number, 0 when it is absent."""
        values = self.attributes.get(name, ())
        return int.from_bytes(values[0][:4], "big", signed=True) if values else 0


def render_request(operation: int, uri: str, wanted: Sequence[str], **keywords: str) -> bytes:
    """Return a request about a printer for some attributes."""
    head = VERSION + struct.pack(">HIB", operation, 1, OPERATION)
    fixed = (
        (CHARSET, "attributes-charset", "utf-8"),
        (LANGUAGE, "attributes-natural-language", "fr"),
        (URI, "printer-uri", uri),
        *((KEYWORD, name.replace("_", "-"), value) for name, value in keywords.items()),
    )
    body = b"".join(_attribute(tag, name, value) for tag, name, value in fixed)
    names = ("requested-attributes", *[""] * (len(wanted) - 1))
    body += b"".join(
        _attribute(KEYWORD, name, value) for name, value in zip(names, wanted, strict=True)
    )
    return head + body + bytes((END,))


def parse_response(message: bytes) -> tuple[Group, ...]:
    """Return the groups of a successful response; any other is not understood."""
    if len(message) < 9:
        raise NotUnderstood(_("une réponse IPP est coupée"))
    status = struct.unpack_from(">H", message, 2)[0]
    if status >= FIRST_ERROR:
        raise NotUnderstood(_("l'imprimante répond l'état IPP 0x%(status)04x") % {"status": status})
    groups: list[tuple[int, dict[str, list[bytes]]]] = []
    name = ""
    for tag, key, value in _fields(message):
        if tag <= LAST_DELIMITER:
            groups.append((tag, {}))
            continue
        if not groups:
            raise NotUnderstood(_("un attribut IPP n'est dans aucun groupe"))
        name = key or name
        groups[-1][1].setdefault(name, []).append(value)
    return tuple(
        Group(tag, {name: tuple(values) for name, values in attributes.items()})
        for tag, attributes in groups
    )


def _attribute(tag: int, name: str, value: str) -> bytes:
    return _part(bytes((tag,)), name) + _part(b"", value)


def _part(head: bytes, text: str) -> bytes:
    encoded = text.encode()
    return head + struct.pack(">H", len(encoded)) + encoded


def _fields(message: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Yield (tag, name, value); a delimiter has no name and no value."""
    at = 8
    while at < len(message) and message[at] != END:
        tag = message[at]
        at += 1
        if tag <= LAST_DELIMITER:
            yield tag, "", b""
            continue
        name, at = _read_part(message, at)
        value, at = _read_part(message, at)
        yield tag, name.decode("utf-8", "replace"), value


def _read_part(message: bytes, at: int) -> tuple[bytes, int]:
    head = message[at : at + 2]
    length = int.from_bytes(head, "big")
    value = message[at + 2 : at + 2 + length]
    if len(head) < 2 or len(value) < length:
        raise NotUnderstood(_("un attribut IPP est coupé"))
    return value, at + 2 + length

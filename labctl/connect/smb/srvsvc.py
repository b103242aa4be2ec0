"""The list of shares over DCE/RPC (MS-SRVS NetrShareEnum, level 1): bytes only, no connection."""

import struct
import uuid

from labctl.core.i18n import _

_INTERFACE = uuid.UUID("4b324fc8-1670-01d3-1278-5a47bf6ee188").bytes_le + struct.pack("<HH", 3, 0)
_SYNTAX = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<HH", 2, 0)
_FRAGMENT_BYTES = 4280
_REQUEST, _RESPONSE, _BIND, _BIND_ACK = 0, 2, 11, 12
_FIRST_AND_LAST, _LAST = 0x03, 0x02
_SHARE_ENUM = 15
_MOST_SHARES = 1000


class RpcError(Exception):
    """The server's answer is not the one this call can have."""


def render_bind() -> bytes:
    """Return the first message on the pipe: which interface, how it is written."""
    body = struct.pack("<HHIB3xHBx", _FRAGMENT_BYTES, _FRAGMENT_BYTES, 0, 1, 0, 1)
    return _pack(_BIND, body + _INTERFACE + _SYNTAX)


def parse_bind(message: bytes) -> None:
    """Check that the server accepts the interface."""
    kind, _flags, _body = _unpack(message)
    if kind != _BIND_ACK:
        raise RpcError(_("le serveur refuse l'interface"))


def render_enum() -> bytes:
    """Return the call that asks for every share."""
    container = struct.pack("<IIIII", 1, 1, 0x20004, 0, 0)  # level, union, its pointer; nothing
    stub = struct.pack("<I", 0) + container + struct.pack("<II", 0xFFFFFFFF, 0)
    return _pack(_REQUEST, struct.pack("<IHH", len(stub), 0, _SHARE_ENUM) + stub)


def take_fragment(message: bytes) -> tuple[bytes, bool]:
    """Return the part of the result in one fragment, and whether it is the last."""
    kind, flags, body = _unpack(message)
    if kind != _RESPONSE or len(body) < 8:
        raise RpcError(_("le serveur répond par une erreur"))
    return body[8:], bool(flags & _LAST)


def parse_enum(stub: bytes) -> tuple[str, ...]:
    """Return the names of the shares in the order of the server, administrative ones too."""
    try:
        return _parse_enum(stub)
    except (struct.error, UnicodeDecodeError) as exc:
        raise RpcError(_("la liste des partages est coupée")) from exc


def _parse_enum(stub: bytes) -> tuple[str, ...]:
    status = struct.unpack_from("<I", stub, len(stub) - 4)[0]
    if status != 0:
        raise RpcError(_("le serveur refuse la liste (erreur %(code)d)") % {"code": status})
    level, _union, pointer, count, entries = struct.unpack_from("<5I", stub, 0)
    if level != 1 or not pointer or count > _MOST_SHARES:
        raise RpcError(_("la liste des partages a une autre forme"))
    if count == 0 or not entries:
        return ()
    at = 24  # after the head and the conformance of the array
    rows = [struct.unpack_from("<III", stub, at + 12 * row) for row in range(count)]
    at += 12 * count
    names = []
    for name, _kind, remark in rows:
        if name:
            text, at = _read_text(stub, at)
            names.append(text)
        if remark:
            _text, at = _read_text(stub, at)
    return tuple(names)


def _read_text(stub: bytes, at: int) -> tuple[str, int]:
    """Return a conformant varying string and where the next one starts."""
    _most, offset, length = struct.unpack_from("<III", stub, at)
    end = at + 12 + 2 * length
    if offset or end > len(stub):
        raise RpcError(_("un nom de la liste est coupé"))
    text = stub[at + 12 : end].decode("utf-16-le").rstrip("\0")
    return text, end + (-end) % 4


def _pack(kind: int, body: bytes) -> bytes:
    head = struct.pack(
        "<BBBB4sHHI", 5, 0, kind, _FIRST_AND_LAST, b"\x10\0\0\0", 16 + len(body), 0, 1
    )
    return head + body


def _unpack(message: bytes) -> tuple[int, int, bytes]:
    try:
        version, _minor, kind, flags, drep, length, auth, _call = struct.unpack_from(
            "<BBBB4sHHI", message, 0
        )
    except struct.error as exc:
        raise RpcError(_("la réponse est coupée")) from exc
    if version != 5 or drep[0] != 0x10 or auth or length != len(message):
        raise RpcError(_("la réponse n'est pas un message du protocole"))
    return kind, flags, message[16:]

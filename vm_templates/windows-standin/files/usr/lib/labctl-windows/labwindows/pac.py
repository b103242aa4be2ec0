"""The groups of a domain account, as its controller writes them in a ticket (MS-PAC 2.5)."""

import struct

_TEXTS = 6
_TEXTS_AT = 20 + 6 * 8  # after the heads of NDR and the six times
_COUNTS = struct.Struct("<2x2xIIII")  # logons, bad passwords, user, primary group, groups, pointer


def read_groups(logon: bytes) -> frozenset[int]:
    """Return the relative identifiers of the groups; none in what cannot be read."""
    try:
        return _read_groups(logon)
    except struct.error:
        return frozenset()


def _read_groups(logon: bytes) -> frozenset[int]:
    _user, primary, count, pointer = _COUNTS.unpack_from(logon, _TEXTS_AT + _TEXTS * 8)
    at = 20 + 216  # after the fixed part come the texts, each at a multiple of four
    for rank in range(_TEXTS):
        (text,) = struct.unpack_from("<4xI", logon, _TEXTS_AT + rank * 8)
        if text:
            (length,) = struct.unpack_from("<8xI", logon, at)
            at += 12 + 2 * length
            at += -at % 4
    if not pointer:
        return frozenset({primary})
    (held,) = struct.unpack_from("<I", logon, at)
    if held != count or 8 * held > len(logon):
        return frozenset()
    members = (struct.unpack_from("<I4x", logon, at + 4 + 8 * rank) for rank in range(held))
    return frozenset({primary, *(member for (member,) in members)})

"""The options of a DHCP message, in the order they are read in (RFC 2131 4.1, RFC 2132 9.3)."""

from collections.abc import Iterator

FIXED_PART = 240
"""Bytes before the options, the magic cookie with them."""
_SNAME, _FILE = slice(44, 108), slice(108, 236)
_PAD, _END, _OVERLOAD = 0, 255, 52
_CONTINUED = {b"\x01": (_FILE,), b"\x02": (_SNAME,), b"\x03": (_FILE, _SNAME)}
"""What option 52 says: in which fields of the fixed part the options go on."""


def each_option(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each option, also those that go on in ``file`` and ``sname``; ValueError when cut."""
    further: tuple[slice, ...] = ()
    for code, value in _options_of(message[FIXED_PART:]):
        if code == _OVERLOAD:
            further = _CONTINUED.get(value, ())
        yield code, value
    for field in further:
        yield from _options_of(message[field])


def _options_of(field: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(field) and field[at] != _END:
        if field[at] == _PAD:
            at += 1
            continue
        head, value = field[at : at + 2], field[at + 2 :]
        if len(head) < 2 or len(value) < head[1]:
            raise ValueError("cut")
        yield head[0], value[: head[1]]
        at += 2 + head[1]

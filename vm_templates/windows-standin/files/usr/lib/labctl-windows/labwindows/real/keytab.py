"""The keytab of the machine, read without any program: whose keys it holds."""

import struct
from collections.abc import Iterator
from functools import lru_cache

_VERSION = b"\x05\x02"


@lru_cache(maxsize=2)
def read_principals(content: bytes) -> tuple[str, ...]:
    """Return the principals (``ARU-PC-01$@MOANA.TEST``) in their order, each once."""
    try:
        return tuple(dict.fromkeys(_principal(entry) for entry in _entries(content)))
    except (struct.error, ValueError):
        return ()


def _entries(content: bytes) -> Iterator[bytes]:
    if not content.startswith(_VERSION):
        return
    at = len(_VERSION)
    while at < len(content):
        (size,) = struct.unpack_from(">i", content, at)
        at += 4
        if size > 0:
            yield content[at : at + size]
        if size == 0:
            return
        at += abs(size)  # negative: the hole that a removed key left


def _principal(entry: bytes) -> str:
    (count,) = struct.unpack_from(">H", entry)
    at, words = 2, []
    for _word in range(count + 1):
        (length,) = struct.unpack_from(">H", entry, at)
        at += 2 + length
        if at > len(entry):
            raise ValueError("a principal that is cut")
        words.append(entry[at - length : at].decode())
    realm, *names = words
    return f"{'/'.join(names)}@{realm}"

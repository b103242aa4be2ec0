"""Network interfaces as the kernel sees them."""

import fcntl
import socket
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_GET_FLAGS, _GET_ADDRESS, _GET_INDEX = 0x8913, 0x8927, 0x8933
_UP, _RUNNING = 0x1, 0x40


@dataclass(frozen=True, slots=True)
class Link:
    """One interface that exists."""

    index: int
    up: bool
    running: bool
    mac: str


@dataclass(frozen=True, slots=True)
class Counters:
    """What an interface has counted."""

    rx_bytes: int = 0
    rx_packets: int = 0
    rx_errors: int = 0
    rx_dropped: int = 0
    tx_bytes: int = 0
    tx_packets: int = 0
    tx_errors: int = 0
    tx_dropped: int = 0


def read(names: Iterable[str]) -> Mapping[str, Link]:
    """Return those of the interfaces that exist."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        found = {name: _read_one(channel, name) for name in names}
    return {name: link for name, link in found.items() if link is not None}


def _read_one(channel: socket.socket, name: str) -> Link | None:
    try:
        index = struct.unpack_from("i", _ask(channel, _GET_INDEX, name), 16)[0]
        flags = struct.unpack_from("H", _ask(channel, _GET_FLAGS, name), 16)[0]
        address = _ask(channel, _GET_ADDRESS, name)[18:24]
    except OSError:
        return None
    return Link(index, bool(flags & _UP), bool(flags & _UP and flags & _RUNNING), address.hex(":"))


def _ask(channel: socket.socket, request: int, name: str) -> bytes:
    return fcntl.ioctl(channel.fileno(), request, struct.pack("256s", name.encode()[:15]))


def read_counters() -> Mapping[str, Counters]:
    """Return the counters of every interface."""
    return parse_counters(Path("/proc/thread-self/net/dev").read_text(encoding="ascii"))


def parse_counters(text: str) -> Mapping[str, Counters]:
    """Understand /proc/net/dev."""
    counters = {}
    for line in text.splitlines()[2:]:
        name, _, numbers = line.partition(":")
        n = [int(number) for number in numbers.split()]
        counters[name.strip()] = Counters(n[0], n[1], n[2], n[3], n[8], n[9], n[10], n[11])
    return counters

"""Link layer discovery (IEEE 802.1AB): tell the neighbours who we are, remember who they are."""

import socket
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ETHERTYPE = 0x88CC
DESTINATION = bytes.fromhex("0180c200000e")
HOLD_S, INTERVAL_S = 120, 30
_CAPABILITIES = {
    0x02: "P",
    0x04: "B",
    0x08: "W",
    0x10: "R",
    0x20: "T",
    0x40: "C",
    0x80: "S",
    0x01: "O",
}
_ORDER = "BRTCWPSO"
_MOST = 64


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A neighbour, as it tells of itself, and the port where it is heard."""

    port: int
    name: str
    port_id: str
    hold_s: int
    capabilities: str = ""
    description: str = ""


def encode(
    *, mac: bytes, source: bytes, hostname: str, port_name: str, description: str, routes: bool
) -> bytes:
    """Return the frame that a port sends."""
    enabled = 0x04 | (0x10 if routes else 0)
    tlvs = [
        (1, b"\x04" + mac),
        (2, b"\x05" + port_name.encode()),
        (3, struct.pack("!H", HOLD_S)),
        (4, (description or port_name).encode()[:200]),
        (5, hostname.encode()),
        (6, b"labctl switch"),
        (7, struct.pack("!HH", 0x14, enabled)),
        (0, b""),
    ]
    body = b"".join(struct.pack("!H", kind << 9 | len(value)) + value for kind, value in tlvs)
    return DESTINATION + source + struct.pack("!H", ETHERTYPE) + body


def decode(frame: bytes, port: int) -> Neighbor | None:
    """Understand a frame that a port received, or None when it is no good."""
    if len(frame) < 14 or frame[12:14] != struct.pack("!H", ETHERTYPE):
        return None
    values = dict(_tlvs(frame[14:]))
    if not {1, 2, 3} <= values.keys() or len(values[3]) < 2:
        return None
    chassis, hold_s = _identifier(values[1]), struct.unpack_from("!H", values[3])[0]
    name = _text(values.get(5, b"")) or chassis
    description = _text(values.get(6, b""))
    return Neighbor(
        port, name, _identifier(values[2]), hold_s, _capabilities(values.get(7, b"")), description
    )


def _tlvs(body: bytes) -> Iterator[tuple[int, bytes]]:
    while len(body) >= 2:
        head = struct.unpack_from("!H", body)[0]
        kind, length = head >> 9, head & 0x1FF
        if kind == 0 or len(body) < 2 + length:
            return
        yield kind, body[2 : 2 + length]
        body = body[2 + length :]


def _identifier(value: bytes) -> str:
    """Return a chassis or port id: a MAC (subtype 4 or 3) in dots, anything else as text."""
    if len(value) == 7 and value[0] in (3, 4):
        digits = value[1:].hex()
        return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
    return _text(value[1:])


def _text(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return "".join(char if char.isprintable() and char != " " else "_" for char in text[:64])


def _capabilities(value: bytes) -> str:
    enabled = struct.unpack_from("!H", value, 2)[0] if len(value) >= 4 else 0
    letters = {letter for bit, letter in _CAPABILITIES.items() if enabled & bit}
    return ",".join(letter for letter in _ORDER if letter in letters)


class Lldp:
    """Sockets of the ports where discovery runs, and the neighbours heard there."""

    def __init__(self) -> None:
        self._sockets: dict[str, tuple[int, socket.socket]] = {}
        self._heard: dict[tuple[int, str, str], tuple[float, Neighbor]] = {}

    def update(self, wanted: Mapping[str, int]) -> bool:
        """Listen on these interfaces (name → port number); tell whether one is new."""
        for name in self._sockets.keys() - wanted.keys():
            self._sockets.pop(name)[1].close()
        fresh = [
            name for name in wanted if name not in self._sockets and self._open(name, wanted[name])
        ]
        self._heard = {key: item for key, item in self._heard.items() if key[0] in wanted.values()}
        return bool(fresh)

    def sockets(self) -> tuple[tuple[int, socket.socket], ...]:
        """Return the sockets to watch, with their port numbers."""
        return tuple(self._sockets.values())

    def receive(self, channel: socket.socket, port: int, now: float) -> None:
        """Take one frame; a port remembers a few neighbours, not any number."""
        try:
            frame, address = channel.recvfrom(2048)
        except OSError:
            return
        neighbor = decode(frame, port) if address[2] != socket.PACKET_OUTGOING else None
        if neighbor is not None and len(self._heard) < _MOST:
            self._heard[port, neighbor.name, neighbor.port_id] = (now + neighbor.hold_s, neighbor)

    def send(self, port: int, frame: bytes) -> None:
        """Send a frame on a port."""
        for number, channel in self._sockets.values():
            if number == port:
                _send(channel, frame)

    def neighbors(self, now: float) -> tuple[Neighbor, ...]:
        """Return the neighbours that were heard lately."""
        self._heard = {key: item for key, item in self._heard.items() if item[0] > now}
        return tuple(neighbor for _, (_, neighbor) in sorted(self._heard.items()))

    def _open(self, name: str, port: int) -> bool:
        kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
        channel = socket.socket(socket.AF_PACKET, kind, socket.htons(ETHERTYPE))
        try:
            channel.bind((name, ETHERTYPE))
        except OSError:
            channel.close()
            return False
        self._sockets[name] = (port, channel)
        return True


def _send(channel: socket.socket, frame: bytes) -> None:
    try:
        channel.send(frame)
    except OSError:
        return

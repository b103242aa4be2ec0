"""A real DHCPDISCOVER from a machine of nobody's; no address is ever taken (RFC 2131)."""

import hashlib
import os
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.connect.dhcp_options import each_option
from labctl.connect.wire_frames import BROADCAST, ETH_P_IP, ethernet, hear, open_frames, read_link
from labctl.connect.wire_icmp import checksum
from labctl.core.deadline import Deadline

LISTEN_S = (1.2, 2.4, 3.7)
"""Ends of the rounds: the same request is sent in each, in case a frame is lost.

The whole time is waited: a server may try the address with a ping for 3 s before it offers it
(dnsmasq does), and servers are counted.
"""
LAST_CALL_S = 4.7
OFFERS_CAP = 16
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
BROADCAST_FLAG = 0x8000
MESSAGE_TYPE, SERVER_ID = 53, 54
OFFER = b"\x02"
MAGIC = bytes((99, 130, 83, 99))
ASKED_OPTIONS = bytes((1, 3, 6, 15, 42, 51, 54, 28))

_BOOTP = struct.Struct(">BBBBIHH4s4s4s4s16s64s128s")
_SOL_PACKET, _ADD_MEMBERSHIP, _PROMISC = 263, 1, 1


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The machine that asks: a locally administered MAC and a transaction number."""

    mac: bytes
    xid: int


def make_newcomer(card: bytes, boot: bytes) -> Newcomer:
    """Return a machine that takes no address, the same each time a probe looks at its network.

    A server chooses the address it offers by the MAC: with a new one at each reading, two gradings
    of one bench could differ. Which MAC it will be cannot be known on the candidate's machines.
    """
    first, *rest = hashlib.sha256(boot + card).digest()[:6]
    return Newcomer(bytes(((first & 0xFC) | 0x02, *rest)), int.from_bytes(os.urandom(4), "big"))


async def discover(interface: str, patience: float) -> tuple[bytes, ...]:
    """Broadcast a DISCOVER and return the BOOTP message of each offer, by server, in order.

    Listens long enough for a second, slower server; longer when nobody answered yet.
    """
    newcomer = make_newcomer(read_link(interface).mac, BOOT_ID.read_bytes())
    offers: dict[bytes, bytes] = {}
    start = Deadline.after(0.0)
    with open_frames(interface, ETH_P_IP) as sock:
        _listen_to_all(sock)
        for until_s in LISTEN_S:
            sock.send(render_discover(newcomer))
            await _gather(sock, newcomer, offers, Deadline(start.at + until_s * patience))
        if not offers:
            await _gather(sock, newcomer, offers, Deadline(start.at + LAST_CALL_S * patience))
    return tuple(offer for _server, offer in sorted(offers.items()))


async def _gather(
    sock: socket.socket, newcomer: Newcomer, offers: dict[bytes, bytes], until: Deadline
) -> None:
    async for frame in hear(sock, until):
        if len(offers) < OFFERS_CAP and (offer := read_offer(frame, newcomer)):
            offers.setdefault(option(offer, SERVER_ID), offer)


def render_discover(newcomer: Newcomer) -> bytes:
    """Return the frame of a DISCOVER that asks for a broadcast answer."""
    head = _BOOTP.pack(
        1, 1, 6, 0, newcomer.xid, 0, BROADCAST_FLAG,
        bytes(4), bytes(4), bytes(4), bytes(4), newcomer.mac, b"", b"",
    )  # fmt: skip
    options = bytes((53, 1, 1, 61, 7, 1)) + newcomer.mac
    options += bytes((55, len(ASKED_OPTIONS))) + ASKED_OPTIONS + b"\xff"
    message = (head + MAGIC + options).ljust(300, b"\0")
    return ethernet(BROADCAST, newcomer.mac, ETH_P_IP, _ip_packet(_udp_datagram(message)))


def read_offer(frame: bytes, newcomer: Newcomer) -> bytes:
    """Return the BOOTP message of a frame that is an offer to the newcomer, else nothing."""
    packet = frame[14:]
    if len(packet) < 28 or packet[9] != socket.IPPROTO_UDP:
        return b""
    datagram = packet[(packet[0] & 0x0F) * 4 :]
    if len(datagram) < 8 + _BOOTP.size + 4:
        return b""
    _source, target, length, _sum = struct.unpack_from(">HHHH", datagram)
    message = datagram[8 : max(length, 8)]
    if target != 68 or len(message) < _BOOTP.size + 4 or message[0] != 2:
        return b""
    is_ours = message[4:8] == newcomer.xid.to_bytes(4, "big") and message[28:34] == newcomer.mac
    return message if is_ours and option(message, MESSAGE_TYPE) == OFFER else b""


def option(message: bytes, code: int) -> bytes:
    """Return the first option of a code, empty when it is absent or cut."""
    with suppress(ValueError):
        return next((value for found, value in each_option(message) if found == code), b"")
    return b""


def _listen_to_all(sock: socket.socket) -> None:
    """Hear also an answer sent to the newcomer's MAC, which is not the card's."""
    index = socket.if_nametoindex(sock.getsockname()[0])
    membership = struct.pack("iHH8s", index, _PROMISC, 0, b"")
    sock.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, membership)


def _udp_datagram(message: bytes) -> bytes:
    length = 8 + len(message)
    pseudo = bytes(4) + b"\xff" * 4 + struct.pack(">BBH", 0, socket.IPPROTO_UDP, length)
    head = struct.pack(">HHHH", 68, 67, length, 0)
    total = checksum(pseudo + head + message) or 0xFFFF
    return struct.pack(">HHHH", 68, 67, length, total) + message


def _ip_packet(datagram: bytes) -> bytes:
    def head(total: int) -> bytes:
        return struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0x10, 20 + len(datagram), 0, 0, 64, socket.IPPROTO_UDP, total,
            bytes(4), b"\xff" * 4,
        )  # fmt: skip

    return head(checksum(head(0))) + datagram

"""A real DHCPDISCOVER from a machine of nobody's; no address is ever taken (RFC 2131)."""

import hashlib
import os
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from labctl.connect.wire.dhcp_options import each_option
from labctl.connect.wire.frames import (
    BROADCAST,
    ETH_P_IP,
    FRAME_CAP_BYTES,
    ethernet,
    hear,
    open_frames,
    read_link,
)
from labctl.connect.wire.icmp import checksum
from labctl.core.deadline import Deadline

LISTEN_S = (1.2, 2.4, 3.7)
"""Ends of the rounds: the same request is sent in each, in case a frame is lost.

The whole time is waited: a server may try the address with a ping for 3 s before it offers it
(dnsmasq does), and servers are counted.
"""
LAST_CALL_S = 4.7
RETRANSMIT_S = (4.0, 12.0, 28.0)
"""Ends of the rounds of a client that insists: it waits 4, then 8, then 16 s (RFC 2131, 4.1)."""
SECOND_SERVER_S = 3.7
"""How long a client that insists still listens once a first offer came, to count the servers."""
OFFERS_CAP, LEFT_CAP = 16, 4096
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
    with _Client(interface, patience) as client:
        for until_s in LISTEN_S:
            client.send()
            await client.hear_until(until_s)
        if not client.offers:
            await client.hear_until(LAST_CALL_S)
        return client.list_offers()


async def insist(interface: str, patience: float) -> tuple[bytes, ...]:
    """Do as ``discover``, for as long as a client sends its DISCOVER again (RFC 2131, 4.1).

    A server may answer late and is one all the same: dnsmasq tries each address with a ping for
    3 s, one client after the other. Ends early once an offer came and a second server had time.
    """
    with _Client(interface, patience) as client:
        for until_s in RETRANSMIT_S:
            client.send()
            if await client.hear_first(until_s):
                client.send()
                await client.hear_until(client.elapsed_s() + SECOND_SERVER_S)
                break
        client.hear_what_is_left()
        return client.list_offers()


class _Client:
    """A client on a card: what it was offered, by server, and since when it asks."""

    def __init__(self, interface: str, patience: float) -> None:
        self._newcomer = make_newcomer(read_link(interface).mac, BOOT_ID.read_bytes())
        self._start = Deadline.after(0.0)
        self._patience = patience
        self._sock = open_frames(interface, ETH_P_IP)
        self.offers: dict[bytes, bytes] = {}

    def __enter__(self) -> Self:
        _listen_to_all(self._sock)
        return self

    def __exit__(self, *_error: object) -> None:
        self._sock.close()

    def elapsed_s(self) -> float:
        """Return for how long this client has been asking, its patience taken off."""
        return (Deadline.after(0.0).at - self._start.at) / self._patience

    def send(self) -> None:
        """Broadcast the DISCOVER, with the seconds since the first: some servers wait for them."""
        secs = int(self.elapsed_s() * self._patience)
        self._sock.send(render_discover(self._newcomer, secs))

    async def hear_until(self, until_s: float) -> None:
        """Keep the offers that come before an instant."""
        async for frame in hear(self._sock, self._at(until_s)):
            self._keep(frame)

    async def hear_first(self, until_s: float) -> bool:
        """Keep the offers up to the first; tell whether one came before an instant."""
        async for frame in hear(self._sock, self._at(until_s)):
            self._keep(frame)
            if self.offers:
                break
        return bool(self.offers)

    def hear_what_is_left(self) -> None:
        """Keep the offers that came while this process was kept from its turn."""
        with suppress(BlockingIOError):
            for _frame in range(LEFT_CAP):
                self._keep(self._sock.recv(FRAME_CAP_BYTES))

    def list_offers(self) -> tuple[bytes, ...]:
        """Return the BOOTP message of each offer, in the order of the servers."""
        return tuple(offer for _server, offer in sorted(self.offers.items()))

    def _at(self, until_s: float) -> Deadline:
        return Deadline(self._start.at + until_s * self._patience)

    def _keep(self, frame: bytes) -> None:
        if len(self.offers) < OFFERS_CAP and (offer := read_offer(frame, self._newcomer)):
            self.offers.setdefault(option(offer, SERVER_ID), offer)


def render_discover(newcomer: Newcomer, secs: int = 0) -> bytes:
    """Return the frame of a DISCOVER that asks for a broadcast answer."""
    head = _BOOTP.pack(
        1, 1, 6, 0, newcomer.xid, secs, BROADCAST_FLAG,
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

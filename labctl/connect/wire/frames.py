"""Ethernet frames: the state of a card, and who answers ARP for an address."""

import asyncio
import fcntl
import socket
import struct
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from labctl.core.deadline import Deadline

ETH_P_IP, ETH_P_ARP = 0x0800, 0x0806
BROADCAST = b"\xff" * 6
FRAME_CAP_BYTES = 2048

ARP_ROUNDS = 3
ARP_ROUND_S = 0.35
_ARP = struct.Struct(">HHBBH6s4s6s4s")
ARP_REQUEST, ARP_REPLY = 1, 2

_SIOCGIFFLAGS, _SIOCGIFADDR, _SIOCGIFHWADDR = 0x8913, 0x8915, 0x8927
_IFF_UP, _IFF_RUNNING = 0x1, 0x40


@dataclass(frozen=True, slots=True)
class Link:
    """State of a card."""

    up: bool  # on, and its cable is plugged
    address: str  # IPv4, empty when there is none
    mac: bytes


def read_link(interface: str) -> Link:
    """Read the state of a card of this thread's namespace; OSError when there is no such card."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        flags = struct.unpack_from("H", _ioctl(sock, _SIOCGIFFLAGS, interface), 16)[0]
        mac = _ioctl(sock, _SIOCGIFHWADDR, interface)[18:24]
        try:
            address = socket.inet_ntoa(_ioctl(sock, _SIOCGIFADDR, interface)[20:24])
        except OSError:
            address = ""
    return Link(flags & (_IFF_UP | _IFF_RUNNING) == _IFF_UP | _IFF_RUNNING, address, mac)


def open_frames(interface: str, protocol: int) -> socket.socket:
    """Return a raw socket on a card, for the frames of one protocol."""
    kind = socket.SOCK_RAW | socket.SOCK_NONBLOCK
    sock = socket.socket(socket.AF_PACKET, kind, 0)  # hears nothing before it is bound to the card
    try:
        sock.bind((interface, protocol))
    except OSError:
        sock.close()
        raise
    return sock


async def ask_arp(interface: str, hosts: Sequence[str], patience: float) -> dict[str, list[str]]:
    """Ask who has each address; return the MACs that answered, sorted, none: nobody.

    Every answer is waited for: two machines may claim one address.
    """
    link = read_link(interface)
    found: dict[str, set[str]] = {host: set() for host in hosts}
    with open_frames(interface, ETH_P_ARP) as sock:
        for _round in range(ARP_ROUNDS):
            _send_requests(sock, link, (host for host in hosts if not found[host]))
            await _hear_replies(sock, found, Deadline.after(ARP_ROUND_S * patience))
    return {host: sorted(macs) for host, macs in found.items()}


def _send_requests(sock: socket.socket, link: Link, hosts: Iterable[str]) -> None:
    own = socket.inet_aton(link.address or "0.0.0.0")  # noqa: S104  # RFC 5227: an ARP probe
    for host in hosts:
        body = _ARP.pack(
            1, ETH_P_IP, 6, 4, ARP_REQUEST, link.mac, own, bytes(6), socket.inet_aton(host)
        )
        try:
            sock.send(ethernet(BROADCAST, link.mac, ETH_P_ARP, body))
        except BlockingIOError:
            return  # the queue is full: the next round asks again


async def _hear_replies(sock: socket.socket, found: dict[str, set[str]], until: Deadline) -> None:
    async for frame in hear(sock, until):
        if len(frame) < 14 + _ARP.size:
            continue
        _kind, _proto, _hlen, _plen, operation, mac, address, _tmac, _tip = _ARP.unpack_from(
            frame, 14
        )
        host = socket.inet_ntoa(address)
        if operation == ARP_REPLY and host in found:
            found[host].add(mac.hex(":"))


async def hear(sock: socket.socket, until: Deadline) -> AsyncIterator[bytes]:
    """Yield the frames that come in before the deadline, those this machine sent left out."""
    loop = asyncio.get_running_loop()
    while not until.is_over():
        try:
            async with asyncio.timeout(until.remaining_s()):
                frame, address = await loop.sock_recvfrom(sock, FRAME_CAP_BYTES)
        except TimeoutError:
            return
        if address[2] != socket.PACKET_OUTGOING:
            yield frame
        await asyncio.sleep(0)  # a flood of frames must not starve the other trials


def ethernet(target: bytes, source: bytes, protocol: int, body: bytes) -> bytes:
    """Return an Ethernet frame, padded to the least size."""
    return (target + source + struct.pack(">H", protocol) + body).ljust(60, b"\0")


def _ioctl(sock: socket.socket, request: int, interface: str) -> bytes:
    return fcntl.ioctl(sock, request, struct.pack("16s24x", interface.encode()[:15]))

"""DHCP relay: requests of a VLAN go to its helpers, answers come back (RFC 1542, RFC 2131)."""

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from labswitch.config import Config
from labswitch.dataplane import svi_name
from labswitch.links import Link
from labswitch.state import State, connected

SERVER_PORT, CLIENT_PORT = 67, 68
_REQUEST, _REPLY = 1, 2
_IP_PKTINFO = 8
_MOST_HOPS = 16
_SMALLEST, _LARGEST = 240, 1500
_BROADCAST = IPv4Address("255.255.255.255")
_BROADCAST_FLAG = 0x8000


@dataclass(frozen=True, slots=True)
class Relay:
    """One VLAN that is relayed."""

    interface: str
    index: int
    address: IPv4Address
    helpers: tuple[IPv4Address, ...]


@dataclass(frozen=True, slots=True)
class Packet:
    """A message to send: to a server, or on a VLAN to a client."""

    payload: bytes
    destination: IPv4Address
    relay: Relay
    client: bytes = b""


def plan(config: Config, state: State, links: Mapping[str, Link]) -> tuple[Relay, ...]:
    """Return the VLANs whose requests are relayed."""
    return tuple(
        Relay(svi_name(svi.vlan), links[svi_name(svi.vlan)].index, svi.address.ip, svi.helpers)
        for svi in connected(config, state.svis_up)
        if svi.helpers and svi.address and svi_name(svi.vlan) in links
    )


def route(message: bytes, index: int, relays: tuple[Relay, ...]) -> tuple[Packet, ...]:
    """Return where a message that came in on an interface has to go."""
    if not _SMALLEST <= len(message) <= _LARGEST:
        return ()
    if message[0] == _REQUEST:
        return _forward(message, next((r for r in relays if r.index == index), None))
    giaddr = IPv4Address(message[24:28])
    relay = next((r for r in relays if r.address == giaddr), None)
    return _answer(message, relay) if message[0] == _REPLY and relay else ()


def _forward(message: bytes, relay: Relay | None) -> tuple[Packet, ...]:
    hops = message[3]
    if relay is None or hops >= _MOST_HOPS:
        return ()
    giaddr = message[24:28]
    if giaddr == b"\0\0\0\0":
        giaddr = relay.address.packed
    payload = message[:3] + bytes([hops + 1]) + message[4:24] + giaddr + message[28:]
    return tuple(Packet(payload, helper, relay) for helper in relay.helpers)


def _answer(message: bytes, relay: Relay) -> tuple[Packet, ...]:
    flags, length = struct.unpack_from("!H", message, 10)[0], min(message[2], 6)
    yours = IPv4Address(message[16:20])
    payload = message[:24] + b"\0\0\0\0" + message[28:]
    if flags & _BROADCAST_FLAG or int(yours) == 0 or length != 6:
        return (Packet(payload, _BROADCAST, relay, b"\xff" * 6),)
    return (Packet(payload, yours, relay, message[28:34]),)


def open_socket() -> socket.socket:
    """Return the socket that hears clients and servers, and tells on which interface."""
    channel = socket.socket(
        socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    )
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    channel.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    channel.bind(("", SERVER_PORT))
    return channel


def receive(channel: socket.socket) -> tuple[bytes, int] | None:
    """Return one message and the index of the interface it came in on."""
    try:
        message, ancillary, _flags, _source = channel.recvmsg(_LARGEST + 1, 64)
    except OSError:
        return None
    for level, kind, value in ancillary:
        if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO):
            return message, struct.unpack_from("i", value)[0]
    return None


def send(channel: socket.socket, packet: Packet) -> None:
    """Send a message; a network that is down loses it, as any datagram."""
    try:
        if packet.client:
            _send_frame(packet)
            return
        # From the address of the VLAN, which is the one that servers know the relay by.
        info = struct.pack("i4s4s", 0, packet.relay.address.packed, b"\0\0\0\0")
        ancillary = [(socket.IPPROTO_IP, _IP_PKTINFO, info)]
        channel.sendmsg([packet.payload], ancillary, 0, (str(packet.destination), SERVER_PORT))
    except OSError:
        return


def _send_frame(packet: Packet) -> None:
    """Send to a client without an address: ARP cannot find it, its MAC is in the message."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.sendto(datagram(packet), (packet.relay.interface, 0x0800, 0, 0, packet.client))


def datagram(packet: Packet) -> bytes:
    """Return the IPv4 datagram of an answer to a client."""
    udp = (
        struct.pack("!HHHH", SERVER_PORT, CLIENT_PORT, 8 + len(packet.payload), 0) + packet.payload
    )
    addresses = packet.relay.address.packed + packet.destination.packed
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + addresses
    checksum = _checksum(head)
    pseudo = addresses + struct.pack("!BBH", 0, 17, len(udp))
    udp = udp[:6] + struct.pack("!H", _checksum(pseudo + udp) or 0xFFFF) + udp[8:]
    return head[:10] + struct.pack("!H", checksum) + head[12:] + udp


def _checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF ^ total

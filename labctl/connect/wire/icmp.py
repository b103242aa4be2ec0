"""ICMP: echoes sent, answers and complaints heard, over one raw socket."""

import asyncio
import os
import socket
import struct

ECHO_REPLY, UNREACHABLE, ECHO = 0, 3, 8
FILTERED_CODES = {9, 10, 13}  # RFC 1812: network, host, communication administratively prohibited
PACKET_CAP_BYTES = 2048
PACKETS_AT_ONCE = 64
COMPLAINTS_CAP = 4096


class IcmpEar:
    """Hears every ICMP packet that reaches the probe."""

    def __init__(self) -> None:
        self._sock = socket.socket(
            socket.AF_INET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.IPPROTO_ICMP
        )
        self._ident = int.from_bytes(os.urandom(2), "big")
        self._sequence = 0
        self._waiting: dict[tuple[str, int], asyncio.Future[bool]] = {}
        self._complaints: dict[tuple[int, str, int], str] = {}

    def open(self) -> None:
        """Start to listen in the running loop."""
        asyncio.get_running_loop().add_reader(self._sock, self._hear)

    def close(self) -> None:
        """Stop listening."""
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()

    async def echo(self, host: str, timeout_s: float, resend_s: float) -> bool:
        """Send an echo request, twice if need be; tell whether the host itself answered."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        key = (host, self._sequence)
        heard: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[key] = heard
        packet = _echo_request(self._ident, self._sequence)
        try:
            for wait_s in (resend_s, timeout_s - resend_s):
                self._sock.sendto(packet, (host, 0))
                await asyncio.wait({heard}, timeout=wait_s)
                if heard.done():
                    return heard.result()
        finally:
            del self._waiting[key]
        return False

    def complaint(self, protocol: int, host: str, port: int) -> str:
        """Return what ICMP said of a packet sent to a host and port: empty when nothing."""
        return self._complaints.get((protocol, host, port), "")

    def _hear(self) -> None:
        for _turn in range(PACKETS_AT_ONCE):
            try:
                packet, (source, _port) = self._sock.recvfrom(PACKET_CAP_BYTES)
            except BlockingIOError:
                return
            self._understand(packet, source)

    def _understand(self, packet: bytes, source: str) -> None:
        body = _ip_payload(packet)
        if len(body) < 8:
            return
        kind, code, _sum, ident, sequence = struct.unpack_from(">BBHHH", body)
        if kind == ECHO_REPLY and ident == self._ident:
            self._settle(source, sequence, answered=True)
        elif kind == UNREACHABLE:
            self._note(code, body[8:])

    def _note(self, code: int, quoted: bytes) -> None:
        """Keep a complaint about a packet, which it quotes: header and 8 bytes (RFC 792)."""
        inner = _ip_payload(quoted)
        if len(inner) < 8 or len(self._complaints) >= COMPLAINTS_CAP:
            return
        protocol, target = quoted[9], socket.inet_ntoa(quoted[16:20])
        said = "prohibited" if code in FILTERED_CODES else "unroutable"
        if protocol == socket.IPPROTO_ICMP:
            _kind, _code, _sum, ident, sequence = struct.unpack_from(">BBHHH", inner)
            if ident != self._ident:
                return
            self._complaints[protocol, target, 0] = said
            self._settle(target, sequence, answered=False)
        else:
            port = struct.unpack_from(">H", inner, 2)[0]
            if code != 3 or protocol != socket.IPPROTO_UDP:  # a closed port is told by the socket
                self._complaints[protocol, target, port] = said

    def _settle(self, host: str, sequence: int, *, answered: bool) -> None:
        waiting = self._waiting.get((host, sequence))
        if waiting and not waiting.done():
            waiting.set_result(answered)


def _echo_request(ident: int, sequence: int) -> bytes:
    payload = b"labctl".ljust(16, b".")
    head = struct.pack(">BBHHH", ECHO, 0, 0, ident, sequence)
    return struct.pack(">BBHHH", ECHO, 0, checksum(head + payload), ident, sequence) + payload


def _ip_payload(packet: bytes) -> bytes:
    if len(packet) < 20:
        return b""
    return packet[(packet[0] & 0x0F) * 4 :]


def checksum(content: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    padded = content + b"\0" * (len(content) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF

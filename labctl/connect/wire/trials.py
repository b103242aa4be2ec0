"""The trials of a probe by kind, and what those of one visit share."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import IPv4Network
from typing import Any

from labctl.connect.wire.dhcp import discover, insist
from labctl.connect.wire.frames import ask_arp, read_link
from labctl.connect.wire.http import fetch
from labctl.connect.wire.icmp import IcmpEar

Trial = Mapping[str, Any]
Result = dict[str, Any]

TRY_S = 1.5
"""Longest wait for one connection or echo: one retransmission of Linux (1 s) fits in it."""
RESEND_S = 0.6
SOCKETS_AT_ONCE = 200
UDP_CAP_BYTES = 4096
HOSTS_CAP = 8

_REFUSED = {errno.ECONNREFUSED, errno.ECONNRESET}
_UNROUTABLE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}


class Air:
    """What the trials of one visit share: an ear for ICMP, a number of sockets, and patience."""

    def __init__(self, patience: float = 1.0) -> None:
        self.patience = patience
        self.ear = IcmpEar()
        self.sockets = asyncio.Semaphore(SOCKETS_AT_ONCE)

    def __enter__(self) -> "Air":
        self.ear.open()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ear.close()

    def name(self, error: OSError, protocol: int, host: str, port: int) -> Result:
        """Return the outcome that a socket's error stands for."""
        if error.errno in _REFUSED:
            return {"outcome": "refused"}
        if error.errno in _UNROUTABLE:
            return {"outcome": self.ear.complaint(protocol, host, port) or "unroutable"}
        return {"outcome": "error", "detail": errno.errorcode.get(error.errno or 0, str(error))}

    def silence(self, protocol: int, host: str, port: int) -> Result:
        """Return the outcome when nothing came in time, unless ICMP said why."""
        return {"outcome": self.ear.complaint(protocol, host, port) or "silent"}


async def run_trial(air: Air, trial: Trial) -> Result:
    """Try one thing and say what became of it; a failure of the probe is an outcome too."""
    try:
        return await KINDS[trial["kind"]](air, trial)
    except OSError as exc:
        return {"outcome": "error", "detail": errno.errorcode.get(exc.errno or 0, str(exc))}


async def _link(_air: Air, trial: Trial) -> Result:
    link = read_link(trial["interface"])
    return {"up": link.up, "address": link.address}


async def _icmp(air: Air, trial: Trial) -> Result:
    host: str = trial["host"]
    try:
        answered = await air.ear.echo(host, TRY_S * air.patience, RESEND_S * air.patience)
    except OSError as exc:
        return air.name(exc, socket.IPPROTO_ICMP, host, 0)
    return {"outcome": "open"} if answered else air.silence(socket.IPPROTO_ICMP, host, 0)


async def _tcp(air: Air, trial: Trial) -> Result:
    async with air.sockets:
        with _stream() as sock:
            return await _connect(air, sock, trial["host"], trial["port"])


def _stream() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)


async def _connect(air: Air, sock: socket.socket, host: str, port: int) -> Result:
    try:
        async with asyncio.timeout(TRY_S * air.patience):
            await asyncio.get_running_loop().sock_connect(sock, (host, port))
    except TimeoutError:
        if not _is_connected(sock):
            return air.silence(socket.IPPROTO_TCP, host, port)
    except OSError as exc:
        return air.name(exc, socket.IPPROTO_TCP, host, port)
    return {"outcome": "open"}


def _is_connected(sock: socket.socket) -> bool:
    """Tell whether the connection came while this thread was kept from running."""
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


async def _udp(air: Air, trial: Trial) -> Result:
    payload = bytes.fromhex(trial["payload"])
    async with air.sockets:
        return await _exchange(air, trial["host"], trial["port"], payload)


async def _exchange(air: Air, host: str, port: int, payload: bytes) -> Result:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sock:
        try:
            sock.connect((host, port))
            for wait_s in (RESEND_S, TRY_S - RESEND_S):
                sock.send(payload)
                try:
                    async with asyncio.timeout(wait_s * air.patience):
                        heard = await loop.sock_recv(sock, UDP_CAP_BYTES)
                except TimeoutError:
                    continue
                return {"outcome": "open", "payload": heard.hex()}
        except OSError as exc:
            return air.name(exc, socket.IPPROTO_UDP, host, port)
    return air.silence(socket.IPPROTO_UDP, host, port)


async def _http(air: Air, trial: Trial) -> Result:
    async with air.sockets:
        with _stream() as sock:
            result = await _connect(air, sock, trial["host"], trial["port"])
            if result["outcome"] != "open":
                return result
            return result | await fetch(sock, trial, air.patience)


async def _arp(air: Air, trial: Trial) -> Result:
    return {"macs": await ask_arp(trial["interface"], trial["hosts"], air.patience)}


async def _dhcp(air: Air, trial: Trial) -> Result:
    is_patient = bool(trial.get("patient"))
    ask = insist if is_patient else discover
    offers = await ask(trial["interface"], air.patience)
    return {"offers": [offer.hex() for offer in offers]} | ({"waited": True} if is_patient else {})


async def _scan(air: Air, trial: Trial) -> Result:
    left_out = set(trial["except"])
    hosts = [str(host) for host in IPv4Network(trial["network"]).hosts()]
    asked = [host for host in hosts if host not in left_out]
    macs = await ask_arp(trial["interface"], asked, air.patience)
    found = {host: seen for host, seen in sorted(macs.items()) if seen}
    scanned = await asyncio.gather(*(_scan_host(air, host, trial) for host in [*found][:HOSTS_CAP]))
    tried = {host: {"mac": found[host][0], **ports} for host, ports in scanned}
    return {"hosts": tried, "left_out": len(found) - len(tried)}


async def _scan_host(air: Air, host: str, trial: Trial) -> tuple[str, Result]:
    tcp = [_tcp(air, {"host": host, "port": port}) for port in trial["tcp"]]
    udp = [
        _udp(air, {"host": host, "port": int(port), "payload": payload})
        for port, payload in trial["udp"].items()
    ]
    results = await asyncio.gather(*tcp, *udp)
    outcomes = [result["outcome"] for result in results]
    tcp_ports, udp_ports = map(str, trial["tcp"]), map(str, trial["udp"])
    return host, {
        "tcp": dict(zip(tcp_ports, outcomes, strict=False)),
        "udp": dict(zip(udp_ports, outcomes[len(tcp) :], strict=True)),
    }


KINDS: Mapping[str, Callable[[Air, Trial], Awaitable[Result]]] = {
    "arp": _arp,
    "dhcp": _dhcp,
    "http": _http,
    "icmp": _icmp,
    "link": _link,
    "scan": _scan,
    "tcp": _tcp,
    "udp": _udp,
}

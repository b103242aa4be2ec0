"""What a hostile machine says to labctl's own probes: HTTP, DNS, DHCP, IPP.

A probe reports what came; each case declares what it must have heard, and what the parser of the
fact makes of it.
"""

import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable
from typing import Any

import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from checks.dhcp.facts.options import parse_offer
from checks.dns.messages import parse_response as parse_dns
from checks.printing.facts.ipp import parse_response as parse_ipp
from labctl.collect.visit import Visit
from labctl.connect.base import Question, Transport, Vantage
from labctl.connect.wire.dhcp import Newcomer, read_offer
from labctl.connect.wire.session import ATTEMPTS, open_wire
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.facts.probe import NotUnderstood
from tests.attacks.hostile import Judge, Player, drip, flood, leave, measure, say, serve
from tests.figures import Figures

DEADLINE_S = 6.0
REDIRECTION = b"HTTP/1.1 301 X\r\nLocation: https://10.0.0.1/\r\n\r\n"


def answer_and_reset(content: bytes) -> Player:
    """Return a player that answers, and cuts the connection hard."""

    def player(sock: socket.socket) -> None:
        sock.recv(65536)
        sock.sendall(content)
        threading.Event().wait(0.2)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return player


def reply(content: bytes) -> Player:
    """Return a player that answers, and leaves."""

    def player(sock: socket.socket) -> None:
        sock.recv(65536)
        sock.sendall(content)

    return player


def endless_headers(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    flood(b"X-A: " + b"b" * 5000 + b"\r\n")(sock)


BOMB = zlib.compress(b"0" * 10_000_000)
HTTP: dict[str, tuple[Player, int, bytes]] = {
    "answers and resets": (answer_and_reset(REDIRECTION), 301, b""),
    "redirects": (reply(REDIRECTION.replace(b"https", b"http")), 301, b""),
    "headers without end": (endless_headers, 200, b""),
    "a body without end": (flood(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 65536), 200, b"x"),
    "a bomb": (
        reply(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + BOMB), 200, BOMB[:99]),
    "continues without end": (flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 99), 0, b"HTTP/1.1 100"),
    "drips": (drip(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 99, 0.01), 200, b"x"),
    "HTTP 0.9": (reply(b"<html>"), 0, b"<html>"),
    "leaves at once": (leave, 0, b""),
    "no number": (reply(b"HTTP/1.1 -200 OK\r\n\r\n"), 0, b"HTTP"),
    "a number too long": (reply(b"HTTP/1.1 " + b"2" * 4000 + b" OK\r\n\r\n"), 0, b"HTTP"),
    "chunks that lie": (
        reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n"), 200, b""),
    "a chunk too long": (
        reply(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 300 + b"\r\nabc"),
        200, b""),
    "one byte a chunk": (
        reply(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 20_000),
        200, b"xxx"),
    "speaks something else": (say(b"\xff\xfd\x18\xff\xfb\x01SSH-2.0-x\r\n"), 0, b"\xff"),
}  # fmt: skip


@pytest.mark.parametrize(("player", "status", "start"), HTTP.values(), ids=HTTP)
@pytest.mark.parametrize("tls", [False, True], ids=["clear", "tls"])
def test_a_page_of_a_hostile_server(
    judge: Judge, player: Player, status: int, start: bytes, tls: bool
) -> None:
    with serve(player) as hostile:
        attempts, result = fetch(judge, hostile.port, tls=tls)

    heard_nothing = not result["status"] and not result["payload"]
    assert hostile.connections == attempts
    assert (2 if heard_nothing else 1) <= attempts <= ATTEMPTS  # the last one if it was late itself
    assert result["status"] == 0 or attempts == 1
    assert result["outcome"] == "open"
    assert result["status"] == (0 if tls else status)
    assert bytes.fromhex(result["payload"]).startswith(b"" if tls else start)


def fetch(judge: Judge, port: int, *, tls: bool) -> tuple[int, dict[str, Any]]:
    """Ask for a page from where labctl runs; return how often it was asked for, and what came."""
    trial = {"kind": "http", "host": "127.0.0.1", "port": port, "path": "/", "tls": tls}
    visit = Visit(None, None)
    visit.session = open_wire(Vantage())
    question = Question(NodeName("sonde"), Transport.WIRE, "page", {"trials": (trial,)})
    cost = measure(lambda: visit.ask([question], Deadline.after(DEADLINE_S)))
    judge(cost, "ok", within_s=DEADLINE_S)
    (answer,) = cost.answers
    (result,) = json.loads(answer.output)["results"]
    return answer.attempts, dict(result)


QUERY = dns.message.make_query("moana.test", "A", id=4711)
REFUSED = "not understood"


def respond(*records: str, **changes: Any) -> bytes:
    """Return an answer to the question, its header changed."""
    response = dns.message.make_response(QUERY)
    response.answer = [
        dns.rrset.from_text(name, 60, "IN", kind, value)
        for name, kind, value in (record.split(" ", 2) for record in records)
    ]
    wire = bytearray(response.to_wire())
    for place, value in changes.items():
        at = {"ident": 0, "flags": 2, "questions": 4, "answers": 6, "more": 10}[place]
        wire[at : at + 2] = value.to_bytes(2, "big")
    return bytes(wire)


GOOD = "moana.test. A 10.0.0.1"
LOOP = b"\xc0\x0c\x00\x01\x00\x01" + b"\xc0\x20" * 300
DNS: dict[str, tuple[bytes, object]] = {
    "honest": (respond(GOOD), ("10.0.0.1",)),
    "cut, to be asked for over TCP": (respond(flags=0x8780), REFUSED),
    "cut, with some of it": (respond(GOOD, flags=0x8780), REFUSED),
    "the answer to another message": (respond(GOOD, ident=1), None),
    "a question for an answer": (respond(GOOD, flags=0x0100), None),
    "an answer to no question": (respond(GOOD).replace(b"\x05moana", b"\x05autre"), None),
    "65,535 answers": (respond(GOOD, answers=0xFFFF), REFUSED),
    "65,535 questions": (respond(GOOD, questions=0xFFFF), REFUSED),
    "a name that points to itself": (respond(answers=1) + LOOP, REFUSED),
    "a name that points ahead": (respond(answers=1) + b"\xc0\xff\x00\x01", REFUSED),
    "aliases in a circle": (
        respond("moana.test. CNAME a.test.", "a.test. CNAME moana.test."), REFUSED),
    "forty aliases": (
        respond("moana.test. CNAME a0.", *(
            f"a{at}. CNAME a{at + 1}." for at in range(40))), REFUSED),
    "the address of another name": (respond("autre.test. A 10.0.0.1"), ()),
    "an address of five bytes": (
        respond(answers=1) + b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x05\x0a\0\0\1\1", REFUSED),
    "nothing": (b"", REFUSED),
    "a byte": (b"\x12", REFUSED),
    "a header alone": (respond()[:12], REFUSED),
    "an update": (respond(GOOD, flags=0xA980), REFUSED),
    "refuses": (respond(flags=0x8185), None),
    "other records before": (
        respond("moana.test. TXT \x1b[2J", GOOD), ("10.0.0.1",)),
}  # fmt: skip


def understood(parse: Callable[[], object]) -> object:
    try:
        return parse()
    except NotUnderstood:
        return REFUSED


@pytest.mark.parametrize(("payload", "wanted"), DNS.values(), ids=DNS)
def test_a_hostile_resolver(figures: Figures, payload: bytes, wanted: object) -> None:
    figures.add("attacks", "dns")

    assert understood(lambda: parse_dns(payload, QUERY)) == wanted


NEWCOMER = Newcomer(b"\x02\1\2\3\4\5", 0xCAFE)
HEAD = struct.pack(
    ">BBBBIHH4s4s4s4s16s64s128s", 2, 1, 6, 0, NEWCOMER.xid, 0, 0, bytes(4),
    bytes((10, 0, 0, 9)), bytes(4), bytes(4), NEWCOMER.mac, b"", b"",
) + bytes((99, 130, 83, 99))  # fmt: skip
OFFER, SERVER, END = b"\x35\1\2", b"\x36\4\x0a\0\0\1", b"\xff"


def frame(options: bytes, head: bytes = HEAD, length: int | None = None) -> bytes:
    """Return the frame of an offer."""
    message = head + options
    size = 8 + len(message) if length is None else length
    datagram = struct.pack(">HHHH", 67, 68, size, 0) + message
    return bytes(14) + b"\x45" + bytes(8) + b"\x11" + bytes(10) + datagram


def router_of(options: bytes, head: bytes = HEAD, length: int | None = None) -> object:
    """Return the router that an offer names, "" for none, None for a frame that is no offer."""
    message = read_offer(frame(options, head, length), NEWCOMER)
    return str(parse_offer(message).router or "") if message else None


ROUTER = b"\x03\4\x0a\0\0\xfe"
DHCP: dict[str, tuple[Callable[[], object], object]] = {
    "honest": (lambda: router_of(OFFER + SERVER + ROUTER + END), "10.0.0.254"),
    "an option of no length": (lambda: router_of(OFFER + SERVER + b"\x03\0" + END), ""),
    "an option longer than the message": (lambda: router_of(OFFER + SERVER + b"\x03\xff"), REFUSED),
    "half an address": (lambda: router_of(OFFER + SERVER + b"\x03\2\x0a\0" + END), REFUSED),
    "no end": (lambda: router_of(OFFER + SERVER + ROUTER), "10.0.0.254"),
    "no server": (lambda: router_of(OFFER + ROUTER + END), REFUSED),
    "two servers": (lambda: router_of(OFFER + SERVER * 2 + END), REFUSED),
    "a router in two parts": (
        lambda: router_of(OFFER + SERVER + b"\x03\2\x0a\0" + b"\x03\2\0\7" + END), "10.0.0.7"),
    "fields that go on in themselves": (
        lambda: router_of(OFFER + SERVER + ROUTER + b"\x34\1\3" + END), "10.0.0.254"),
    "fields that go on nowhere": (
        lambda: router_of(OFFER + SERVER + ROUTER + b"\x34\1\x09" + END), "10.0.0.254"),
    "to another machine": (
        lambda: router_of(OFFER + SERVER + END, HEAD.replace(NEWCOMER.mac, bytes(6))), None),
    "a datagram that says it is empty": (lambda: router_of(OFFER + SERVER + END, length=0), None),
    "a datagram that says it is long": (
        lambda: router_of(OFFER + SERVER + ROUTER + END, length=65535), "10.0.0.254"),
    "an acknowledgement": (lambda: router_of(b"\x35\1\5" + SERVER + END), None),
    "a frame of forty bytes": (lambda: read_offer(bytes(40), NEWCOMER), b""),
}  # fmt: skip


@pytest.mark.parametrize(("act", "wanted"), DHCP.values(), ids=DHCP)
def test_a_hostile_dhcp_server(figures: Figures, act: Callable[[], object], wanted: object) -> None:
    figures.add("attacks", "dhcp")

    assert understood(act) == wanted


IPP: dict[str, bytes] = {
    "nothing": b"",
    "an error": b"\1\1\x05\0\0\0\0\1\3",
    "an attribute of no group": b"\1\1\0\0\0\0\0\1\x21\0\1a\0\1b\3",
    "a name without end": b"\1\1\0\0\0\0\0\1\4\x21\xff\xffa",
    "a value without end": b"\1\1\0\0\0\0\0\1\4\x21\0\1a\xff\xffa",
    "half a length": b"\1\1\0\0\0\0\0\1\4\x21\0",
}


@pytest.mark.parametrize("message", IPP.values(), ids=IPP)
def test_a_hostile_printer(figures: Figures, message: bytes) -> None:
    figures.add("attacks", "ipp")

    assert understood(lambda: parse_ipp(message)) == REFUSED


def test_a_printer_of_many_values_takes_time_in_proportion(figures: Figures) -> None:
    """As many as a probe keeps: were each put in a copy of the others, it would take 64 times."""
    figures.add("attacks", "ipp")

    assert time_parsing(13_000) < 24 * time_parsing(13_000 // 8)


def time_parsing(values: int) -> float:
    """Return the least processor time that an answer of so many values took."""
    many = b"\1\1\0\0\0\0\0\1\4\x21\0\1a\0\0" + b"\x21\0\0\0\0" * values
    taken = []
    for _time in range(3):
        start = time.thread_time()
        parse_ipp(many)
        taken.append(time.thread_time() - start)
    return min(taken)

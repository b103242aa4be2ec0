"""A hostile file server: each case declares what labctl must answer."""

import socket
import struct
from collections.abc import Callable
from itertools import count

import pytest

from labctl.collect.visit import Visit
from labctl.connect.base import Endpoint, Question, Session, Transport
from labctl.connect.smb.login import Login
from labctl.connect.smb.trials import open_smb
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.secrets import Secret
from tests.attacks.hostile import (
    DEADLINE_S,
    Hostile,
    Judge,
    Player,
    answer,
    drip,
    flood,
    leave,
    measure,
    patience_of,
    say,
    serve,
    silence,
)
from tests.fakes import endpoint


def question(share: str) -> Question:
    body: dict[str, object] = {"try": "share", "principal": "teva", "share": share}
    return Question(NodeName("nas"), Transport.SMB, share, body)


def visit(hostile: Hostile) -> Visit:
    def opener(target: Endpoint, until: Deadline) -> Session:
        return open_smb(target, {"teva": Login("t", "MOANA", Secret("x" * 9))}, until)

    return Visit(endpoint("nas", Transport.SMB, address="127.0.0.1", port=hostile.port), opener)


def negotiate(dialect: int, status: int = 0) -> bytes:
    """Return an answer to NEGOTIATE that is right so far as it goes."""
    header = (
        b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, status, 0, 1, 1, 0, 0, 0, 0, 0) + b"\0" * 16
    )
    body = struct.pack(
        "<HHHH16sIIIIQQHHI", 65, 3, dialect, 0, b"g" * 16, 0, 65536, 65536, 65536, 0, 0, 128, 0, 0
    )
    return struct.pack(">I", len(header) + len(body)) + header + body


def reset(sock: socket.socket) -> None:
    sock.recv(4)  # before that, it would be a refused connection
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


PLAYERS: dict[str, tuple[Player, str]] = {
    "never answers": (silence, "timeout"),
    "leaves at once": (leave, "protocol"),
    "resets": (reset, "protocol"),
    "drips": (drip(b"\0\0\x01\0" + b"\xfeSMB" + b"\0" * 300), "timeout"),
    "floods": (flood(b"\0\0\0\x40" + b"\xfeSMB" + b"\0" * 60), "protocol"),
    "claims gigabytes": (say(b"\xff\xff\xff\xff" + b"x" * 100), "protocol"),
    "speaks HTTP": (say(b"HTTP/1.1 200 OK\r\n\r\n"), "protocol"),
    "garbage of the right size": (say(b"\0\0\0\x40" + b"\xff" * 64), "protocol"),
    "negotiates, then hangs": (answer(negotiate(0x0302)), "timeout"),
    "negotiates a dialect of its own": (answer(negotiate(0x7777)), "protocol"),
    "refuses to negotiate": (answer(negotiate(0x0302, 0xC0000022)), "protocol"),
}


@pytest.mark.parametrize(("player", "reason"), PLAYERS.values(), ids=PLAYERS)
def test_a_peer_that_serves_no_share(judge: Judge, player: Player, reason: str) -> None:
    with serve(player) as hostile:
        one = visit(hostile)
        questions = [question("COMMUN"), question("COMPTA")]
        deadline = Deadline.after(DEADLINE_S, patience=patience_of([reason]))
        cost = measure(lambda: one.ask(questions, deadline))
        one.close()

    judge(cost, reason, reason)


MORE, DENIED, PENDING = 0xC0000016, 0xC000006D, 0x103
CHALLENGE = (
    b"NTLMSSP\0" + struct.pack("<IHHIIQQHHI", 2, 0, 0, 56, 0xE2898215, 1 << 60, 0, 4, 4, 56)
    + bytes(12)
)  # fmt: skip
Reply = Callable[[int, int], bytes]
"""Answer to a message after the negotiation, given which one it is and its number."""


def head(message: int, status: int = MORE, *, flags: int = 1, following: int = 0) -> bytes:
    """Return the header of an answer to SESSION_SETUP."""
    fields = (64, 1, status, 1, 1, flags, following, message, 0, 0, 7)
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", *fields) + bytes(16)


def setup(message: int, status: int = MORE, token: bytes = CHALLENGE, session: int = 0) -> bytes:
    """Return an answer to SESSION_SETUP; ``session`` 1 is a guest's, 2 a nobody's."""
    return head(message, status) + struct.pack("<HHHH", 9, session, 72, len(token)) + token


def log_on(reply: Reply) -> Player:
    """Return a player that negotiates as it should, then does as told."""

    def player(sock: socket.socket) -> None:
        with sock.makefile("rb") as stream:
            for at in count():
                size = int.from_bytes(stream.read(4), "big")
                request = stream.read(size)
                message = int.from_bytes(request[24:32], "little")
                said = reply(at, message) if at else negotiate(0x0302)[4:]
                sock.sendall(struct.pack(">I", len(said)) + said)

    return player


LOGONS: dict[str, tuple[Reply, str]] = {
    "an empty challenge": (lambda _at, number: setup(number, token=b""), "protocol"),
    "a challenge of garbage": (lambda _at, number: setup(number, token=b"\xff" * 300), "protocol"),
    "challenges for ever": (lambda _at, number: setup(number), "protocol"),
    "lets in without a proof": (lambda _at, number: setup(number, 0, b""), "protocol"),
    "lets in without a signature": (
        lambda at, number: setup(number) if at == 1 else setup(number, 0, b""), "protocol"),
    "lets in as a guest": (
        lambda at, number: setup(number) if at == 1 else setup(number, 0, b"", 1), "ok"),
    "lets in as nobody": (
        lambda at, number: setup(number) if at == 1 else setup(number, 0, b"", 2), "ok"),
    "refuses": (
        lambda at, number: setup(number) if at == 1 else setup(number, DENIED, b""), "ok"),
    "is not ready yet": (
        lambda _at, number: head(number, PENDING, flags=3) + b"\x09\0" + bytes(7), "timeout"),
    "a following that is inside": (
        lambda _at, number: head(number, following=8) + bytes(200), "protocol"),
    "a following that is before": (
        lambda _at, number: head(number, following=0xFFFFFFF8) + bytes(200), "protocol"),
    "ten thousand followings": (
        lambda _at, number: head(number, following=64) * 10_000, "protocol"),
    "seals with no key": (lambda _at, _number: b"\xfdSMB" + bytes(200), "protocol"),
    "compresses": (lambda _at, _number: b"\xfcSMB" + b"\xff" * 200, "protocol"),
    "answers another message": (lambda _at, number: setup(number + 7), "protocol"),
    "an empty message": (lambda _at, _number: b"", "protocol"),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "reason"), LOGONS.values(), ids=LOGONS)
def test_a_server_that_lies_at_the_logon(judge: Judge, reply: Reply, reason: str) -> None:
    with serve(log_on(reply)) as hostile:
        one = visit(hostile)
        questions = [question("COMMUN"), question("COMPTA")]
        deadline = Deadline.after(DEADLINE_S, patience=patience_of([reason]))
        cost = measure(lambda: one.ask(questions, deadline))
        one.close()

    judge(cost, reason, reason)
    assert all(b'"connect": ""' in each.output for each in cost.answers if not each.trouble)

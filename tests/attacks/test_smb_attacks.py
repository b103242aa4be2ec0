"""A hostile file server: each case declares what labctl must answer."""

import socket
import struct

import pytest

from labctl.collect.visit import Visit
from labctl.connect.base import Endpoint, Question, Session, Transport
from labctl.connect.smb import Login
from labctl.connect.smb_trials import open_smb
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
        cost = measure(lambda: one.ask(questions, Deadline.after(DEADLINE_S)))
        one.close()

    judge(cost, reason, reason)

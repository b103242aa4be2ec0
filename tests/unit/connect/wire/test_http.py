"""What an HTTP answer says, whole or cut."""

import asyncio
import socket
from typing import Any

import pytest

from labctl.connect.wire.http import fetch

TRIAL = {"host": "192.0.2.1", "path": "/"}


def answer_to(received: bytes) -> dict[str, Any]:
    """Return what is understood of an answer that a server sends before it closes."""
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(received)
        theirs.shutdown(socket.SHUT_WR)
        ours.setblocking(False)
        return asyncio.run(fetch(ours, TRIAL, 1.0))


def test_header_names_are_lower_case_and_the_first_of_two_counts() -> None:
    found = answer_to(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nlocation: /b\r\n\r\n")
    assert (found["status"], found["headers"]) == (302, {"location": "/a"})


@pytest.mark.parametrize(
    ("received", "content"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", b"ab"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nabc", b"abc"),
        (
            b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
            b"abc",
        ),
        (b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n9\r\nc", b"ab"),
    ],
    ids=["length", "cut", "no length", "chunks", "cut chunk"],
)
def test_content_is_what_came_of_it(received: bytes, content: bytes) -> None:
    assert bytes.fromhex(answer_to(received)["payload"]) == content


@pytest.mark.parametrize(
    "received",
    [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"\xff" * 70_000],
    ids=["nothing", "SSH", "no number", "no status", "no end"],
)
def test_what_is_no_http_has_no_status(received: bytes) -> None:
    assert answer_to(received)["status"] == 0

"""HTTP over a stream: how requests leave, and what an answer may be."""

import http.client
import io

import pytest

from labctl.connect.http import read_whole, speak_http
from labctl.core.errors import OutputLimit

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


class Stream:
    """A peer that answers the same whatever it is sent."""

    def __init__(self, answer: bytes = ANSWER) -> None:
        self.sent: list[bytes] = []
        self._answer = io.BytesIO(answer)

    def recv(self, size: int) -> bytes:
        return self._answer.read(size)

    def sendall(self, content: bytes) -> None:
        self.sent.append(content)


def exchange(stream: Stream, body: bytes | io.BytesIO, cap: int = 100) -> bytes:
    connection = speak_http(stream, "host")
    connection.request("POST", "/", body, {"Content-Length": "1"})
    return read_whole(connection.getresponse(), cap)


def test_a_small_request_leaves_in_one_piece() -> None:
    stream = Stream()

    assert exchange(stream, b"x") == b"body"
    assert len(stream.sent) == 1


def test_a_large_file_is_never_held_whole() -> None:
    stream = Stream()

    exchange(stream, io.BytesIO(bytes(1 << 20)))

    assert sum(map(len, stream.sent)) > 1 << 20
    assert max(map(len, stream.sent)) <= 128 << 10


def test_an_answer_above_the_cap_is_refused() -> None:
    with pytest.raises(OutputLimit):
        exchange(Stream(), b"x", cap=3)


def test_an_answer_that_is_cut_is_none() -> None:
    with pytest.raises(http.client.IncompleteRead):
        exchange(Stream(ANSWER[:-1]), b"x")

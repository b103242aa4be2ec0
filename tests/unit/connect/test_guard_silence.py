"""A peer that says nothing before it lets labctl in is given up before the visit is over."""

import socket
import time
from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace

import pytest

from labctl.connect import guard as guards
from labctl.connect.guard import GuardedSocket
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectTimeout

DEADLINE_S = 60.0


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[GuardedSocket, socket.socket]]:
    monkeypatch.setattr(guards, "GREETING_SILENCE_S", 0.2)
    near, far = socket.socketpair()
    with near, far:
        yield GuardedSocket(near, Deadline.after(DEADLINE_S), 1000), far


def test_silence_ends_a_greeting(pair: tuple[GuardedSocket, socket.socket]) -> None:
    guard, _far = pair

    with pytest.raises(ConnectionAbortedError):
        guard.recv(10)

    assert isinstance(guard.error, ConnectTimeout)
    assert not guard.deadline.is_over()


def test_every_word_earns_time(
    pair: tuple[GuardedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard, far = pair
    begun = guard.deadline.at - DEADLINE_S
    clock = count(begun, 0.001)  # its own: a busy machine makes no pause of it
    monkeypatch.setattr("labctl.core.deadline.time", SimpleNamespace(monotonic=lambda: next(clock)))
    for _word in range(100):
        far.send(b"x")
        assert guard.recv(10) == b"x"

    assert next(clock) - begun > guards.GREETING_SILENCE_S
    assert guard.error is None


def test_an_act_has_its_own_time(pair: tuple[GuardedSocket, socket.socket]) -> None:
    guard, far = pair
    guard.allow(1000, Deadline.after(60))
    time.sleep(0.4)  # noqa: TID251  # a test plays a slow peer
    far.send(b"x")

    assert guard.recv(10) == b"x"


def test_an_emulated_peer_may_be_silent_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "GREETING_SILENCE_S", 0.2)
    near, far = socket.socketpair()
    with near, far:
        guard = GuardedSocket(near, Deadline.after(5, patience=20), 1000)
        time.sleep(0.4)  # noqa: TID251  # a test plays a slow peer
        far.send(b"x")

        assert guard.recv(10) == b"x"

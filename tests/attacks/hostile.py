"""Hostile servers on the loopback: each connection is played by a function, in a thread.

A case declares what labctl must answer; ``play`` measures what it costs: time, memory, and what
the server was told before its identity was proved.
"""

import os
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from labctl.connect.base import Answer

Player = Callable[[socket.socket], None]

DEADLINE_S = 2.0
GRACE_S = 1.0
"""A visit may outlive its deadline by that much, never more: on a machine that has time for it."""
MEMORY_MIB = 96
"""Most that one hostile server may make labctl's process grow."""


@dataclass
class Hostile:
    """A listening socket and what came to it."""

    port: int
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def serve(player: Player) -> Iterator[Hostile]:
    """Play every connection to a loopback port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hostile = Hostile(listener.getsockname()[1])
        over = threading.Event()
        thread = threading.Thread(
            target=_accept, args=(listener, player, hostile, over), daemon=True
        )
        thread.start()
        try:
            yield hostile
        finally:
            over.set()
            with suppress(OSError):  # wakes accept up
                listener.shutdown(socket.SHUT_RDWR)


def _accept(
    listener: socket.socket, player: Player, hostile: Hostile, over: threading.Event
) -> None:
    while not over.is_set():
        try:
            sock, _address = listener.accept()
        except OSError:
            return
        hostile.connections += 1
        threading.Thread(target=_play, args=(player, sock), daemon=True).start()


def _play(player: Player, sock: socket.socket) -> None:
    with sock, suppress(OSError, EOFError):  # the victim left: the play is over
        player(sock)


@dataclass(frozen=True)
class Cost:
    """What a visit to a hostile server came to."""

    answers: tuple[Answer, ...]
    seconds: float
    grown_mib: int

    @property
    def outcomes(self) -> list[str]:
        """Return the reason of each answer, ``ok`` for a usable one."""
        return [one.trouble.reason.value if one.trouble else "ok" for one in self.answers]


def measure(visit: Callable[[], Sequence[Answer]]) -> Cost:
    """Visit, and note what it cost."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    answers = tuple(visit())
    seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(answers, seconds, (after - before) // 1024)


def judge(cost: Cost, *expected: str, within_s: float = DEADLINE_S) -> None:
    """Each answer must have its reason, or one of them where the machine's speed decides."""
    assert len(cost.outcomes) == len(expected)
    pairs = zip(cost.outcomes, expected, strict=True)
    assert all(outcome in reasons.split() for outcome, reasons in pairs), cost.outcomes
    assert all(one.trouble is None or one.trouble.detail for one in cost.answers)
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert cost.seconds <= within_s + GRACE_S * busy
    assert cost.grown_mib <= MEMORY_MIB


def drip(content: bytes, every_s: float = 0.05) -> Player:
    """Return a player that sends one byte at a time, for ever."""

    def player(sock: socket.socket) -> None:
        pause = threading.Event()
        for at in range(10**9):
            sock.sendall(content[at % len(content) : at % len(content) + 1])
            pause.wait(every_s)

    return player


def flood(block: bytes) -> Player:
    """Return a player that sends the same block as fast as it can, for ever."""

    def player(sock: socket.socket) -> None:
        while True:
            sock.sendall(block)

    return player


def silence(sock: socket.socket) -> None:
    """Say nothing, and read what comes until the other side leaves."""
    while sock.recv(65536):
        pass


def leave(_sock: socket.socket) -> None:
    """Close at once."""


def say(content: bytes) -> Player:
    """Return a player that says something, then nothing."""

    def player(sock: socket.socket) -> None:
        sock.sendall(content)
        silence(sock)

    return player


def answer(content: bytes) -> Player:
    """Return a player that waits to be asked, says something, then nothing."""

    def player(sock: socket.socket) -> None:
        if sock.recv(65536):
            say(content)(sock)

    return player

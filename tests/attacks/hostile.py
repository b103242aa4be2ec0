"""Hostile servers on the loopback: each connection is played by a function, in a thread.

A case declares what labctl must answer; ``measure`` notes what a visit costs, in time and memory,
and ``Judge`` holds it against what was declared.
"""

import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from labctl.connect.base import Answer
from tests.figures import Figures
from tests.pace import scale

Player = Callable[[socket.socket], None]

DEADLINE_S = 2.0
"""How long a visit lasts to a server that never ends."""
GRACE_S = 1.0
"""A visit may outlive its deadline by that much, never more."""
PATIENCE = 30.0
"""How many times longer a visit may last that ends by itself: a busy machine is no attack."""
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


def patience_of(declared: Iterable[str]) -> float:
    """Return 1 where a visit is to end by its deadline, PATIENCE where the server ends it."""
    return 1.0 if any("timeout" in reasons.split() for reasons in declared) else PATIENCE


@dataclass(frozen=True)
class Cost:
    """What a visit to a hostile server came to; ``seconds`` without those in a run queue."""

    answers: tuple[Answer, ...]
    seconds: float
    grown_mib: int

    @property
    def outcomes(self) -> list[str]:
        """Return the reason of each answer, ``ok`` for a usable one."""
        return [one.trouble.reason.value if one.trouble else "ok" for one in self.answers]


def measure(visit: Callable[[], Sequence[Answer]]) -> Cost:
    """Visit, and note what it cost; the servers play in this process too, and are in the sum."""
    before, queued_s = _reset_peak(), _read_queued_s()
    start = time.monotonic()
    answers = tuple(visit())
    seconds = time.monotonic() - start - (_read_queued_s() - queued_s)
    return Cost(answers, seconds, (_read_status("VmHWM") - before) // 1024)


def _read_queued_s() -> float:
    """Return how long the threads of this process were ready to run while others ran."""
    total = 0
    for path in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):  # it ended meanwhile
            total += int(path.read_text().split()[1])
    return total / 1e9


def _reset_peak() -> int:
    """Have the kernel forget the most that this process held; return what it holds now, in KiB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _read_status("VmRSS")


def _read_status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


@dataclass(frozen=True)
class Judge:
    """Holds what visits came to against what was declared, and counts it for the figures."""

    figures: Figures
    transport: str

    def __call__(
        self, cost: Cost, *declared: str, within_s: float = DEADLINE_S, most_mib: int = MEMORY_MIB
    ) -> None:
        """Each answer must have its reason, or one of them where either may come first."""
        pairs = [
            (came, reasons.split()) for came, reasons in zip(cost.outcomes, declared, strict=True)
        ]
        self.figures.add("attacks", self.transport)
        count_verdicts(self.figures, pairs, good="ok")
        self.figures.took("beyond its deadline, the slowest attack", cost.seconds - within_s)
        self.figures.most("more memory, the hungriest attack", cost.grown_mib, "MiB")
        assert all(came in reasons for came, reasons in pairs), cost.outcomes
        assert all(one.trouble is None or one.trouble.detail for one in cost.answers)
        given_s = within_s * patience_of(declared)
        assert cost.seconds <= given_s + GRACE_S or cost.seconds <= given_s + scale(GRACE_S)
        assert cost.grown_mib <= most_mib


def count_verdicts(
    figures: Figures, pairs: Sequence[tuple[str, Collection[str]]], *, good: str
) -> None:
    """Count what came for what was declared, and what was awarded though nobody declared it."""
    met = sum(came in declared for came, declared in pairs)
    awarded = sum(came == good and good not in declared for came, declared in pairs)
    figures.add("verdicts declared", "met", met)
    figures.add("verdicts declared", "not met", len(pairs) - met)
    figures.add("awarded wrongly", good, awarded)


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

"""A TLS connection that is read and written at once, before a real TLS server."""

import select
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest

from labctl.core.deadline import Deadline
from labctl.core.wait import until
from labctl.providers.incus.twoway import TwoWay
from tests.incus_server import SERVER_USE, issue, serve_as

BLOCK = 100_000


def trust() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def served(
    folder: Path, serve: Callable[[ssl.SSLSocket], None]
) -> Iterator[tuple[TwoWay, socket.socket]]:
    """Give a connection to a server that does that with its own end."""
    context = serve_as(issue(folder, "server", SERVER_USE), None)
    ours, theirs = socket.socketpair()

    def run() -> None:
        with suppress(OSError), context.wrap_socket(theirs, server_side=True) as end:
            serve(end)  # until the other end is closed

    thread = Thread(target=run, daemon=True)
    thread.start()
    link = TwoWay(ours, trust(), "x")
    link.shake_hands()
    yield link, ours
    ours.close()
    thread.join(20)
    assert not thread.is_alive()


def test_both_ways_are_carried_whole_at_once(tmp_path: Path) -> None:
    def echo(end: ssl.SSLSocket) -> None:
        while said := end.recv(BLOCK):
            end.sendall(said)

    with served(tmp_path, echo) as (link, _sock):
        sent = bytes(range(256)) * 400
        writer = Thread(target=link.sendall, args=(sent * 20,), daemon=True)
        writer.start()
        came = b""
        while len(came) < 20 * len(sent):
            came += link.recv(1)
        writer.join(20)
        assert came == sent * 20


def test_nothing_stays_behind_where_nobody_waits_for_it(tmp_path: Path) -> None:
    def say(end: ssl.SSLSocket) -> None:
        for _each in range(30):
            end.sendall(b"x" * 1000)
        end.recv(1)

    with served(tmp_path, say) as (link, sock):
        came = 0
        while came < 30_000:
            assert select.select([sock], [], [], 20)[0]
            came += len(link.recv(1))
        link.sendall(b".")


def test_the_end_is_the_end_each_time_it_is_asked_for(tmp_path: Path) -> None:
    with served(tmp_path, lambda end: end.sendall(b"last")) as (link, _sock):
        assert link.recv(1) == b"last"
        assert (link.recv(1), link.recv(1)) == (b"", b"")


def test_a_server_that_speaks_no_tls_is_an_error() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        with pytest.raises(OSError, match="SSL"):
            TwoWay(ours, trust(), "x").shake_hands()


class Library:
    """What stands for the library: it notes when it is used by two threads at once."""

    def __init__(self) -> None:
        self.is_busy = False
        self.uses, self.clashes = 0, 0

    def read(self, _size: int) -> bytes:
        self._use()
        raise ssl.SSLWantReadError

    def write(self, _content: bytes) -> None:
        self._use()

    def _use(self) -> None:
        self.clashes += self.is_busy
        self.is_busy = True
        until(lambda: False, Deadline.after(0.0005), every_s=0.0005)
        self.is_busy = False
        self.uses += 1


class Context:
    """Gives the stand-in for the library."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def wrap_bio(self, *_ends: object, **_named: object) -> Any:
        return self.library


def test_the_library_is_used_by_one_thread_at_a_time() -> None:
    library = Library()
    ours, theirs = socket.socketpair()
    link = TwoWay(ours, cast("ssl.SSLContext", Context(library)), "x")

    def read() -> None:
        with suppress(OSError):  # until its end is closed
            link.recv(1)

    reader = Thread(target=read, daemon=True)
    reader.start()
    for _each in range(100):
        theirs.sendall(b"record")
        link.sendall(b"typed")
    ours.shutdown(socket.SHUT_RDWR)
    ours.close()
    theirs.close()
    reader.join(20)
    assert not reader.is_alive()
    assert library.uses > 100
    assert library.clashes == 0

"""The socket that keeps time and counts bytes."""

import socket
from collections.abc import Iterator

import pytest

from labctl.connect.guard import GuardedSocket
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectTimeout, OutputLimit


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


Pair = tuple[socket.socket, socket.socket]


def test_bytes_pass(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(60), 100)
    pair[1].sendall(b"hello")

    assert guard.recv(10) == b"hello"


def test_silence_ends_with_the_deadline(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(0.05), 100)

    with pytest.raises(ConnectionAbortedError):
        guard.recv(10)

    assert isinstance(guard.error, ConnectTimeout)


def test_a_librarys_own_timeout_stays_one(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(60), 100)
    guard.settimeout(0.01)

    with pytest.raises(TimeoutError):
        guard.recv(10)

    assert guard.error is None


def test_one_byte_too_many_cuts_the_connection(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(60), 4)
    pair[1].sendall(b"hello")

    with pytest.raises(ConnectionAbortedError):
        guard.recv(10)

    assert isinstance(guard.error, OutputLimit)


def test_the_allowance_is_reached_without_harm(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(60), 5)
    pair[1].sendall(b"hello")

    assert guard.recv(10) == b"hello"


def test_what_was_read_is_given_back_up_to_the_most(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(60), 5)
    pair[1].sendall(b"hello again")
    guard.recv(5)
    guard.allow_more(100, 6)

    assert guard.recv(6) == b" again"


def test_after_a_cut_every_call_says_why(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(0), 5)
    with pytest.raises(ConnectionAbortedError):
        guard.recv(1)

    with pytest.raises(ConnectionAbortedError):
        guard.send(b"x")


def test_sending_to_who_does_not_read_ends_with_the_deadline(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(0.1), 5)

    with pytest.raises(ConnectionAbortedError):
        guard.sendall(b"x" * (8 << 20))


def test_the_end_of_the_other_side_is_seen(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(60), 5)
    pair[1].close()

    assert (guard.recv(5), guard.has_ended) == (b"", True)


def test_a_connection_at_rest_outlives_the_deadline_of_its_last_act(pair: Pair) -> None:
    """A healthy machine is not cut off because another one was waited for."""
    guard = GuardedSocket(pair[0], Deadline.after(0), 5)
    guard.rest()
    guard.settimeout(0.01)

    with pytest.raises(TimeoutError):
        guard.recv(5)

    assert guard.error is None
    pair[1].sendall(b"apres")
    assert guard.recv(5) == b"apres"


def test_closing_twice_is_fine(pair: Pair) -> None:
    guard = GuardedSocket(pair[0], Deadline.after(60), 5)
    guard.close()
    guard.close()

    assert guard.fileno() == -1


def test_the_line_is_known_where_the_kernel_measures_it(pair: Pair) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _address = server.accept()
        with ours, theirs:
            theirs.sendall(b"hello")
            quick = GuardedSocket(ours, Deadline.after(60), 100).round_trip_s
    unknown = GuardedSocket(pair[0], Deadline.after(60), 100).round_trip_s

    assert 0 < quick < 0.1
    assert unknown == 0

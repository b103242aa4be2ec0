"""The program that reads documents: one for all, and gone with the last who asked it."""

import os
import select
import signal
from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from labctl.connect.depot import reading
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, CommandTimeout
from labctl.core.handed import Document
from tests.attacks.documents import ODT

LETTER = Document("lettre.odt", ODT, "")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Give the numbers of the readers that this test starts; the last one must end by itself."""
    numbers: list[int] = []

    def leave(argv: Sequence[str], stdin: int) -> int:
        numbers.append(start(argv, stdin))
        return numbers[-1]

    start = command.leave
    monkeypatch.setattr(command, "leave", leave)
    monkeypatch.setattr(reading, "open_reader", cache(reading.open_reader.__wrapped__))
    yield numbers
    reading.open_reader().close()
    assert _ends(numbers[-1])


def test_several_are_read_by_one_program(started: list[int]) -> None:
    said = [reading.read([LETTER], Deadline.after(10)) for _turn in range(2)]

    assert said[0] == said[1]
    assert "Client : SARL" in str(said[0]["lettre.odt"])
    assert len(started) == 1


def test_one_that_was_ended_costs_one_reading(started: list[int]) -> None:
    reading.read([LETTER], Deadline.after(10))
    os.kill(started[0], signal.SIGKILL)
    assert _ends(started[0])

    with pytest.raises(CommandError, match="n'ont pas pu être lus"):
        reading.read([LETTER], Deadline.after(10))

    assert "lettre.odt" in reading.read([LETTER], Deadline.after(10))
    assert len(started) == 2


def test_one_that_is_slow_is_given_up(started: list[int]) -> None:
    reading.open_reader()
    os.kill(started[0], signal.SIGSTOP)

    with pytest.raises(CommandTimeout):
        reading.read([LETTER], Deadline.after(0.1))

    os.kill(started[0], signal.SIGCONT)
    assert "lettre.odt" in reading.read([LETTER], Deadline.after(10))


def _ends(number: int) -> bool:
    ended = bool(select.select([os.pidfd_open(number)], [], [], 5)[0])
    os.waitpid(number, 0 if ended else os.WNOHANG)
    return ended

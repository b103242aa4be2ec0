"""Knocking again: only where frames are lost, and only one door stays open."""

import threading
from collections.abc import Callable

import pytest

from labctl.connect import knock
from labctl.connect.base import Session
from labctl.connect.knock import KNOCKS, open_soonest
from labctl.connect.line import Losses
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectTimeout, Unreachable
from labctl.core.wait import until
from tests.fakes import FakeSession


class Door:
    """Attempts that take each their time, or fail; which sessions were closed."""

    def __init__(self, *ways: float | Exception) -> None:
        self._ways = list(ways)
        self.sessions: list[FakeSession] = []
        self.closed: list[FakeSession] = []
        self.never = threading.Event()

    def open(self, deadline: Deadline) -> Session:
        way = self._ways.pop(0)
        if isinstance(way, Exception):
            raise way
        session = FakeSession({})
        session.close = lambda: self.closed.append(session)  # type: ignore[method-assign]
        self.sessions.append(session)
        self.never.wait(min(way, deadline.remaining_s() + 5))
        return session


@pytest.fixture
def losing(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Return what says whether the line loses frames; one knocks again very soon."""
    monkeypatch.setattr(knock, "KNOCK_S", 0.1)

    def say(is_losing: bool) -> None:
        monkeypatch.setattr(Losses, "are_many", lambda _self: is_losing)

    return say


def test_a_door_that_opens_is_knocked_at_once(losing: Callable[[bool], None]) -> None:
    losing(True)
    door = Door(0.0)

    assert open_soonest(door.open, Deadline.after(60)) is door.sessions[0]
    assert (len(door.sessions), door.closed) == (1, [])


def test_a_lost_greeting_is_begun_again_and_the_late_one_closed(
    losing: Callable[[bool], None],
) -> None:
    losing(True)
    door = Door(60.0, 0.0)

    assert open_soonest(door.open, Deadline.after(60)) is door.sessions[1]
    assert door.closed == []
    door.never.set()  # the late one opens now
    assert until(lambda: door.closed == [door.sessions[0]], Deadline.after(60))


def test_one_does_not_knock_for_ever(losing: Callable[[bool], None]) -> None:
    losing(True)
    door = Door(*[60.0] * (KNOCKS + 1))
    knocking = threading.Thread(target=open_soonest, args=(door.open, Deadline.after(60)))

    knocking.start()
    until(lambda: len(door.sessions) == KNOCKS, Deadline.after(60))
    door.never.wait(5 * knock.KNOCK_S)  # one more would come now

    assert len(door.sessions) == KNOCKS
    door.never.set()
    knocking.join()


def test_a_slow_machine_on_a_good_line_is_left_to_it(losing: Callable[[bool], None]) -> None:
    losing(False)
    door = Door(0.6, 0.0)

    assert open_soonest(door.open, Deadline.after(60)) is door.sessions[0]
    assert len(door.sessions) == 1


def test_what_the_first_raises_is_raised(losing: Callable[[bool], None]) -> None:
    losing(True)

    with pytest.raises(Unreachable, match="muet"):
        open_soonest(Door(Unreachable("muet")).open, Deadline.after(60))


def test_what_a_later_one_raises_does_not_end_the_first(losing: Callable[[bool], None]) -> None:
    losing(True)
    door = Door(0.6, Unreachable("muet"), Unreachable("muet"))

    assert open_soonest(door.open, Deadline.after(60)) is door.sessions[0]


def test_who_never_opens_is_late(losing: Callable[[bool], None]) -> None:
    losing(True)
    door = Door(*[30.0] * KNOCKS)

    with pytest.raises(ConnectTimeout):
        open_soonest(door.open, Deadline.after(0.3))
    door.never.set()
    assert until(lambda: door.closed == door.sessions, Deadline.after(60))

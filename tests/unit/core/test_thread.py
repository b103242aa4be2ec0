"""A call in a thread of its own is, to its caller, a call."""

import threading

import pytest

from labctl.core.deadline import Deadline
from labctl.core.thread import call_aside


def test_it_returns_what_the_call_returns_from_another_thread() -> None:
    assert call_aside(threading.current_thread, "labctl-try").name == "labctl-try"
    assert call_aside(lambda: None, "labctl-try", Deadline.after(5), ValueError("late")) is None


def test_it_raises_what_the_call_raises() -> None:
    def fail() -> None:
        raise KeyError("inside")

    with pytest.raises(KeyError, match="inside"):
        call_aside(fail, "labctl-try")


def test_a_call_that_does_not_end_is_left_at_the_deadline() -> None:
    release = threading.Event()
    try:
        with pytest.raises(ValueError, match="late"):
            call_aside(release.wait, "labctl-try", Deadline.after(0), ValueError("late"))
        with pytest.raises(TimeoutError):
            call_aside(release.wait, "labctl-try", Deadline.after(0))
    finally:
        release.set()

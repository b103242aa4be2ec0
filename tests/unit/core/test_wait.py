"""core.wait and core.deadline."""

import time

from labctl.core.deadline import Deadline
from labctl.core.wait import until


def test_the_probe_is_called_at_least_once() -> None:
    assert until(lambda: "x", Deadline.after(-1)) == "x"


def test_time_up_gives_none_and_not_later() -> None:
    started = time.monotonic()
    assert until(lambda: None, Deadline.after(0.1), every_s=60) is None
    assert time.monotonic() - started < 30  # not one whole pause


def test_the_first_true_value_is_returned() -> None:
    values = iter((0, "", "ready", "late"))
    assert until(lambda: next(values), Deadline.after(5), every_s=0.001) == "ready"


def test_within_never_extends_a_deadline() -> None:
    assert Deadline.after(1).within(60).remaining_s() <= 1
    assert Deadline.after(60).within(1).remaining_s() <= 1


def test_patience_stretches_every_step_and_never_the_whole() -> None:
    patient = Deadline.after(10, patience=3)

    assert 29 < patient.remaining_s() <= 30
    assert 5 < patient.within(2).remaining_s() <= 6
    assert patient.within(2).within(1).patience == 3
    assert patient.within(60).at == patient.at
    assert patient.before(2).at == patient.at - 6

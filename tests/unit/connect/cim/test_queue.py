"""What several connections share: each question once, a read once more."""

from dataclasses import replace

import pytest

from labctl.connect.base import Answer, Question
from labctl.connect.cim.queue import STALLED_S, Queue
from labctl.core.deadline import Deadline
from labctl.core.verdict import Reason, Unobserved
from labctl.core.wait import until
from tests.winrm_visit import ask_cim, ask_class

READS = [ask_class(f"Win32_{name}", "Name") for name in ("Service", "Process")]
SCRIPT = ask_cim({"script": "1"})


def answer(question: Question, reason: Reason | None = None) -> Answer:
    trouble = Unobserved(reason, "perdu") if reason else None
    return Answer(question, b"" if trouble else b"{}", None, trouble, "", 0.1)


def queue(*questions: Question) -> Queue:
    return Queue(questions, range(len(questions)))


def is_done(one: Queue) -> bool:
    return one.is_done


def test_each_is_taken_once_while_it_is_answered() -> None:
    one = queue(*READS)

    assert [one.take(), one.take(), one.take()] == [0, 1, None]
    assert not is_done(one)
    for at in (1, 0):
        one.put(at, answer(READS[at]), is_cut=False)
    assert is_done(one)
    assert [found.attempts for found in one.finish(is_late=False)] == [1, 1]


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.UNREACHABLE])
def test_what_was_lost_with_its_connection_is_asked_once_more(reason: Reason) -> None:
    one = queue(READS[0])
    for attempt in (1, 2):
        assert one.take() == 0
        one.put(0, answer(READS[0], reason), is_cut=True)
        assert one.answers[0].attempts == attempt

    assert is_done(one)
    assert one.take() is None


@pytest.mark.parametrize(
    ("question", "reason", "is_cut"),
    [
        (READS[0], Reason.UNREACHABLE, False),  # the machine says no, and is there
        (READS[0], Reason.PROTOCOL, True),
        (SCRIPT, Reason.TIMEOUT, True),
    ],
)
def test_what_is_an_answer_or_may_not_be_is_not(
    question: Question, reason: Reason, is_cut: bool
) -> None:
    one = queue(question)
    one.take()
    one.put(0, answer(question, reason), is_cut=is_cut)

    assert is_done(one)
    assert not one.has_more


def test_who_is_free_asks_beside_one_that_stalls_and_the_first_answer_counts() -> None:
    one = queue(READS[0])
    one.take()
    assert not one.has_more
    until(lambda: one.has_more, Deadline.after(STALLED_S * 3))

    assert one.take() == 0
    one.put(0, answer(READS[0]), is_cut=False)
    one.put(0, answer(READS[0], Reason.TIMEOUT), is_cut=True)
    (found,) = one.finish(is_late=False)
    assert (found.trouble, found.attempts) == (None, 2)


def test_a_second_try_that_is_lost_waits_for_the_first() -> None:
    one = queue(READS[0])
    one.take()
    until(lambda: one.has_more, Deadline.after(STALLED_S * 3))
    one.take()
    one.put(0, answer(READS[0], Reason.TIMEOUT), is_cut=True)
    assert not is_done(one)

    one.put(0, answer(READS[0]), is_cut=False)
    assert is_done(one)
    assert one.finish(is_late=False)[0].trouble is None


def test_those_that_nobody_asked_were_late_or_share_the_trouble() -> None:
    one = queue(*READS)
    one.take()
    one.put(0, answer(READS[0], Reason.UNREACHABLE), is_cut=True)

    reasons = [
        [found.trouble.reason for found in one.finish(is_late=is_late) if found.trouble]
        for is_late in (False, True)
    ]
    assert reasons == [
        [Reason.UNREACHABLE, Reason.UNREACHABLE],
        [Reason.UNREACHABLE, Reason.TIMEOUT],
    ]


def test_a_stalled_script_is_not_played_beside() -> None:
    one = queue(SCRIPT)
    one.take()
    until(lambda: one.has_more, Deadline.after(STALLED_S * 1.5))

    assert one.take() is None


def test_questions_are_named_by_their_place() -> None:
    first, second = replace(READS[0], text="a"), replace(READS[1], text="b")
    one = Queue((first, second), (1, 0))

    assert one.take() == 1
    one.put(1, answer(second), is_cut=False)
    assert [found.question.text for found in one.finish(is_late=True)] == ["a", "b"]

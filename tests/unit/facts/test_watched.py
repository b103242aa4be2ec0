"""Looks besides the facts of checks: what is asked, and what an answer means."""

from dataclasses import replace

import pytest

from labctl.connect.base import Answer, Question, Transport
from labctl.core.ids import CheckId, NodeName
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.watched import PROBE, Seen, Watched, want_watches
from labctl.spec.watch import CimQuestion, Healthy, Watch
from tests.plans import plan_of

PLAN = plan_of(1)


def watch(healthy: Healthy, cli: str = "", settle_s: float = 0.0) -> Watch:
    argv = () if cli else ("/usr/bin/cat", "/etc/hosts")
    return Watch("P/c/0", CheckId(""), NodeName("nas"), argv, cli, healthy, settle_s, "", "", 1)


def answered(question: Question, output: bytes, code: int | None = 0) -> Answer:
    return Answer(question, output, code, None, "", 0.1)


def see(one: Watch, output: bytes, code: int | None = 0) -> Seen:
    wanted = want_watches([one])
    (question,) = wanted.ask(PLAN)
    found = wanted.conclude(PLAN, (answered(question, output, code),))
    assert isinstance(found, Watched)
    return found.seen[0]


def test_a_command_is_asked_with_its_errors() -> None:
    (question,) = want_watches([watch(Healthy(0))]).ask(PLAN)
    assert question.transport is Transport.SSH
    assert question.body == {"argv": ("/usr/bin/cat", "/etc/hosts"), "stderr": True}


def test_a_device_is_asked_what_is_typed_and_is_not_quoted() -> None:
    one = watch(Healthy(output="^hostname"), cli="show run")
    (question,) = want_watches([one]).ask(PLAN)
    assert (question.transport, question.body) == (Transport.CLI, {"command": "show run"})
    assert see(one, b"x\r\nhostname SW", None) == Seen("P/c/0", True, "")


def test_a_windows_is_asked_for_a_class_and_answers_in_json() -> None:
    asked = CimQuestion("root/cimv2", "Win32_Service", "Name='x'", ("State",))
    one = replace(watch(Healthy(output='"State": "Running"')), argv=(), cim=asked)
    (question,) = want_watches([one]).ask(PLAN)
    assert (question.transport, question.text) == (Transport.CIM, "Win32_Service Name='x'")
    assert see(one, b'{"instances": [{"State": "Running"}]}', None).is_healthy
    assert see(one, b'{"instances": []}', None) == Seen("P/c/0", False, "")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            b'{"instances": [{"State": "Stopped", "Ports": [1, 2]}]}',
            "State = Stopped, Ports = 1, Ports = 2",
        ),
        (b'{"keys": {"SOFTWARE\\\\X": {"ProxyEnable": 1}}}', "ProxyEnable = 1"),
        (b"no JSON", "no JSON"),
    ],
)
def test_the_answer_of_a_windows_is_told_in_words(answer: bytes, said: str) -> None:
    asked = CimQuestion("root/cimv2", "Win32_Service", "", ("State",))
    one = replace(watch(Healthy(output="never")), argv=(), cim=asked)
    assert see(one, answer, None).said == said


@pytest.mark.parametrize(
    ("healthy", "output", "code", "answer"),
    [
        (Healthy(0), b"", 0, True),
        (Healthy(0), b"", 1, False),
        (Healthy(output="^nas$"), b"un\nnas\n", 3, True),
        (Healthy(output="^nas$"), b"nasa\n", 0, False),
        (Healthy(without="nas"), b"un", 0, True),
        (Healthy(without="nas"), b"nas", 0, False),
        (Healthy(0, "un", "deux"), b"un deux", 0, False),
        (Healthy(127), b"", 127, True),
    ],
)
def test_an_answer_is_healthy_when_all_that_is_said_holds(
    healthy: Healthy, output: bytes, code: int, answer: bool
) -> None:
    assert see(watch(healthy), output, code).is_healthy is answer


def test_a_command_that_is_not_there_shows_nothing() -> None:
    found = see(watch(Healthy(without="x")), b"no such file", 127)
    assert found.is_healthy is None
    assert found.trouble is not None
    assert found.trouble.reason is Reason.PROTOCOL


def test_a_machine_in_trouble_shows_nothing() -> None:
    wanted = want_watches([watch(Healthy(0), settle_s=5.0)])
    (question,) = wanted.ask(PLAN)
    silent = Answer(question, b"", None, Unobserved(Reason.TIMEOUT, "muet"), "", 1.0)
    (found,) = wanted.conclude(PLAN, (silent,)).seen
    assert found.trouble == Unobserved(Reason.TIMEOUT, "nas : muet")
    assert wanted.reader.settle_s == 5.0


def test_what_is_not_healthy_is_asked_again() -> None:
    reader = want_watches([watch(Healthy(0))]).reader
    assert reader.is_settled is not None
    assert not reader.is_settled(PLAN, Watched((Seen("a", False, ""),)))
    assert reader.is_settled(PLAN, Watched((Seen("a", True, ""), Seen("b", None, ""))))


def test_a_hostile_answer_is_one_line_and_short() -> None:
    found = see(watch(Healthy(0)), b"\x1b[2J" + b"a\n" * 1000)
    assert "\x1b" not in found.said
    assert len(found.said) <= 200


def test_nobody_asks_for_it_by_name() -> None:
    assert PROBE.ask(PLAN) == ()
    assert PROBE.parse(PLAN, ()) == Watched(())

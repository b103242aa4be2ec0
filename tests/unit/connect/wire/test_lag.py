"""A probe that was itself kept waiting does not say that a network is silent."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from labctl.connect.base import Answer, Question, Transport
from labctl.connect.wire import session as wire
from labctl.connect.wire.lag import Lag, rests_on_silence
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved

OPEN: dict[str, object] = {"outcome": "open"}
SILENT: dict[str, object] = {"outcome": "silent"}


class Late(Lag):
    """A probe as late as the test says, turn after turn."""

    turns: Iterator[float]

    async def __aenter__(self) -> "Late":
        self.worst_s = next(self.turns)
        return self

    async def __aexit__(self, *_error: object) -> None:
        return


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, object]]]:
    """What each host's trials hear, one after the other."""
    script: dict[str, list[dict[str, object]]] = {}

    async def trial(_air: object, asked: Any) -> dict[str, object]:
        return script[asked["host"]].pop(0)

    monkeypatch.setattr(wire, "Air", nullcontext)
    monkeypatch.setattr(wire, "run_trial", trial)
    monkeypatch.setattr(wire, "Lag", Late)
    return script


def ask(*hosts: str, lags: tuple[float, ...]) -> tuple[Answer, ...]:
    Late.turns = iter(lags)
    questions = [
        Question(NodeName("sonde"), Transport.WIRE, h, {"trials": [{"kind": "tcp", "host": h}]})
        for h in hosts
    ]
    return asyncio.run(wire._ask_all(questions, Deadline.after(60)))


def outcome(answer: Answer) -> object:
    return json.loads(answer.output)["results"][0]["outcome"]


def test_a_probe_on_time_is_believed(heard: dict[str, list[dict[str, object]]]) -> None:
    heard |= {"mute": [SILENT]}
    (answer,) = ask("mute", lags=(0.1,))
    assert (outcome(answer), answer.attempts, answer.trouble) == ("silent", 1, None)


def test_only_what_rests_on_silence_is_tried_again(
    heard: dict[str, list[dict[str, object]]],
) -> None:
    heard |= {"mute": [SILENT, OPEN], "open": [OPEN]}
    mute, other = ask("mute", "open", lags=(2.0, 0.1))
    assert (outcome(mute), mute.attempts) == ("open", 2)
    assert (outcome(other), other.attempts) == ("open", 1)


def test_a_probe_that_stays_late_does_not_know(heard: dict[str, list[dict[str, object]]]) -> None:
    heard |= {"mute": [SILENT] * wire.ATTEMPTS}
    (answer,) = ask("mute", lags=(2.0,) * wire.ATTEMPTS)
    assert answer.trouble is not None
    assert answer.trouble.reason is Reason.TIMEOUT
    assert "2.0 s" in answer.trouble.detail


def test_a_process_kept_from_its_turn_knows_how_long() -> None:
    async def work() -> float:
        async with Lag() as lag:
            await asyncio.sleep(0)
            start = time.monotonic()
            while time.monotonic() < start + 0.3:
                pass  # what a loaded computer does to a probe
            await asyncio.sleep(0.1)
        return lag.worst_s

    assert 0.15 < asyncio.run(work()) < 5


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"outcome": "silent"}, True),
        ({"outcome": "refused"}, False),
        ({"outcome": "open", "status": 0}, True),
        ({"outcome": "open", "status": 404}, False),
        ({"offers": []}, True),
        ({"offers": ["02"]}, False),
        ({"macs": {"a": ["02:00:00:00:00:01"], "b": []}}, True),
        ({"macs": {"a": ["02:00:00:00:00:01"]}}, False),
        ({"hosts": {}}, True),
        ({"hosts": {"a": {"mac": "x", "tcp": {"22": "open"}, "udp": {"67": "silent"}}}}, True),
        ({"hosts": {"a": {"mac": "x", "tcp": {"22": "open"}, "udp": {}}}}, False),
        ({"up": True, "address": ""}, False),
    ],
)
def test_silence(result: dict[str, object], expected: bool) -> None:
    asked = Question(NodeName("sonde"), Transport.WIRE, "", {})
    answer = Answer(asked, json.dumps({"results": [result]}).encode(), None, None, "", 0.0)
    assert rests_on_silence(answer) is expected


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.PROTOCOL])
def test_no_answer_in_time_is_silence_too(reason: Reason) -> None:
    asked = Question(NodeName("sonde"), Transport.WIRE, "", {})
    answer = Answer(asked, b"", None, Unobserved(reason, "x"), "", 0.0)
    assert rests_on_silence(answer) is (reason is Reason.TIMEOUT)

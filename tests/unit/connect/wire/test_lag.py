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
from labctl.connect.wire.lag import Lag, list_briefly_silent, list_silent
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved

OPEN: dict[str, object] = {"outcome": "open"}
SILENT: dict[str, object] = {"outcome": "silent"}


ASKED = Question(NodeName("sonde"), Transport.WIRE, "", {"trials": [{}, {}]})


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
    return ask_of(*([{"kind": "tcp", "host": host}] for host in hosts), lags=lags)


def ask_of(*trials: list[dict[str, str]], lags: tuple[float, ...]) -> tuple[Answer, ...]:
    """Ask a question of each list of trials."""
    Late.turns = iter(lags)
    questions = [
        Question(NodeName("sonde"), Transport.WIRE, "", {"trials": each}) for each in trials
    ]
    return asyncio.run(wire._ask_all(questions, Deadline.after(60)))


def outcome(answer: Answer) -> object:
    return json.loads(answer.output)["results"][0]["outcome"]


def test_a_silence_is_heard_twice_before_it_is_believed(
    heard: dict[str, list[dict[str, object]]],
) -> None:
    heard |= {"mute": [SILENT, SILENT], "open": [OPEN]}
    mute, other = ask("mute", "open", lags=(0.1, 0.1))
    assert (outcome(mute), mute.attempts, mute.trouble) == ("silent", 2, None)
    assert (outcome(other), other.attempts, other.earlier) == ("open", 1, ())
    assert [outcome(one) for one in mute.earlier] == ["silent"]


def test_who_waits_for_offers_holds_up_no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    async def trial(_air: object, asked: Any) -> dict[str, object]:
        told.append(asked["kind"])
        while asked["kind"] == "dhcp" and told.count("tcp") < 2:
            await asyncio.sleep(0)
        return {"offers": ["00"]} if asked["kind"] == "dhcp" else SILENT

    monkeypatch.setattr(wire, "Air", nullcontext)
    monkeypatch.setattr(wire, "run_trial", trial)
    discover, mute = ask_of([{"kind": "dhcp"}], [{"kind": "tcp"}], lags=())
    assert told == ["dhcp", "tcp", "tcp"]
    assert json.loads(discover.output)["results"] == [{"offers": ["00"]}]
    assert (outcome(mute), mute.attempts) == ("silent", 2)


def test_a_network_that_stood_still_is_not_a_silent_one(
    heard: dict[str, list[dict[str, object]]],
) -> None:
    heard |= {"mute": [SILENT, OPEN]}
    (answer,) = ask("mute", lags=(0.1, 0.1))
    assert (outcome(answer), answer.attempts) == ("open", 2)


def test_what_was_heard_is_not_tried_again(heard: dict[str, list[dict[str, object]]]) -> None:
    heard |= {"mute": [SILENT, OPEN], "open": [OPEN]}
    trials = [{"kind": "tcp", "host": host} for host in ("open", "mute")]
    (answer,) = ask_of(trials, lags=(0.1, 0.1))
    assert [one["outcome"] for one in json.loads(answer.output)["results"]] == ["open", "open"]


def test_a_discover_is_not_sent_again_by_a_probe_on_time(
    heard: dict[str, list[dict[str, object]]],
) -> None:
    heard |= {"mute": [{"offers": []}]}
    (answer,) = ask("mute", lags=(0.1,))
    assert answer.attempts == 1


def test_what_grows_past_its_cap_is_not_taken(heard: dict[str, list[dict[str, object]]]) -> None:
    heard |= {"mute": [SILENT, {"outcome": "open", "payload": "0" * OUTPUT_CAP_BYTES}]}
    (answer,) = ask("mute", lags=(0.1, 0.1))
    assert answer.trouble is not None
    assert (answer.trouble.reason, answer.output) == (Reason.OUTPUT_LIMIT, b"")


def test_only_what_rests_on_silence_is_tried_again_by_a_late_probe(
    heard: dict[str, list[dict[str, object]]],
) -> None:
    heard |= {"mute": [{"offers": []}, OPEN], "open": [OPEN]}
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


SILENT_HOST = {"hosts": {"a": {"mac": "x", "tcp": {"22": "open"}, "udp": {"67": "silent"}}}}


@pytest.mark.parametrize(
    ("result", "briefly", "at_all"),
    [
        ({"outcome": "silent"}, [1], [1]),
        ({"outcome": "refused"}, [], []),
        ({"outcome": "open", "status": 0, "payload": ""}, [1], [1]),
        ({"outcome": "open", "status": 0, "payload": "ff"}, [], [1]),
        ({"outcome": "open", "status": 404}, [], []),
        ({"offers": []}, [], [1]),
        ({"offers": ["02"]}, [], []),
        ({"macs": {"a": ["02:00:00:00:00:01"], "b": []}}, [1], [1]),
        ({"macs": {"a": ["02:00:00:00:00:01"]}}, [], []),
        ({"hosts": {}}, [1], [1]),
        (SILENT_HOST, [], [1]),
        ({"hosts": {"a": {"mac": "x", "tcp": {"22": "open"}, "udp": {}}}}, [], []),
        ({"up": True, "address": ""}, [], []),
    ],
)
def test_silence(result: dict[str, object], briefly: list[int], at_all: list[int]) -> None:
    output = json.dumps({"results": [{"outcome": "open"}, result]}).encode()
    answer = Answer(ASKED, output, None, None, "", 0.0)
    assert (list_briefly_silent(answer), list_silent(answer)) == (briefly, at_all)


@pytest.mark.parametrize(("reason", "at_all"), [(Reason.TIMEOUT, [0, 1]), (Reason.PROTOCOL, [])])
def test_no_answer_in_time_is_silence_too(reason: Reason, at_all: list[int]) -> None:
    answer = Answer(ASKED, b"", None, Unobserved(reason, "x"), "", 0.0)
    assert (list_briefly_silent(answer), list_silent(answer)) == ([], at_all)

"""Wireless networks that stations tried: what is read of it, and what it proves."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from checks.wireless.air import Outcome, Role, Trial, Tried
from checks.wireless.demand import Wireless
from checks.wireless.facts import Radio, from_air
from labctl.api import NodeName, Plan, Unobserved
from labctl.connect.base import Answer
from labctl.core.verdict import Reason, Verdict
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from tests.box_facts import box_evidence, box_plan, box_solved

SEVEN = choose_checks("tai", ["7"])
OF_RADIO = {"K-100", "K-101", "K-102", "K-103", "K-104"}


def seen(plan: Plan, rank: int) -> Tried:
    """Return what stations see of a network that is as the subject asks."""
    ssid, asked = plan.demand(Wireless).ssids[rank], plan.demand(Wireless)
    channel = asked.channels_2g4[plan.bench % len(asked.channels_2g4)]
    outcomes = {Role.RIGHT: Outcome.LET_IN, Role.WRONG: Outcome.OTHER_KEY}
    outcomes |= {Role.STRANGER: Outcome.REFUSED} if ssid.mac_filter else {}
    outcomes |= {Role.SECOND: Outcome.LET_IN} if ssid.isolation else {}
    trials = tuple(Trial(role, "WPA2", outcome) for role, outcome in outcomes.items())
    return Tried(2407 + 5 * channel, trials, reached=False if ssid.isolation else None)


Change = Callable[[Tried], Tried]


def changed(**values: Any) -> Change:
    """Return what makes what was seen something else."""
    return lambda tried: replace(tried, **values)


def ended(role: Role, outcome: Outcome) -> Change:
    """Return what makes the trials of a role end otherwise."""
    return lambda tried: replace(
        tried,
        trials=tuple(
            replace(trial, outcome=outcome) if trial.role is role else trial
            for trial in tried.trials
        ),
    )


AS_ASKED = changed()


def verdicts_of(
    staff: Change = AS_ASKED, visitors: Change = AS_ASKED, **told: Any
) -> dict[str, Verdict]:
    """Judge the radio of a solved bench whose networks were tried; ``told``: what files say."""
    plan, facts = box_plan(), box_solved()
    networks = tuple(
        replace(one, tried=change(seen(plan, rank)), **told)
        for rank, (one, change) in enumerate(
            zip(facts[Radio].networks, (staff, visitors), strict=True)
        )
    )
    (found,) = judge([box_evidence(plan, {**facts, Radio: Radio(networks)})], SEVEN)
    return {str(one.check): one.verdict for one in found.verdicts if str(one.check) in OF_RADIO}


def test_a_radio_that_stations_met_as_asked_conforms() -> None:
    assert verdicts_of() == dict.fromkeys(sorted(OF_RADIO), Verdict.CONFORM)


@pytest.mark.parametrize(
    ("check", "staff", "visitors"),
    [
        ("K-102", ended(Role.WRONG, Outcome.LET_IN), AS_ASKED),
        ("K-103", ended(Role.STRANGER, Outcome.LET_IN), AS_ASKED),
        ("K-103", AS_ASKED, changed(reached=True)),
        ("K-104", changed(frequency=2484), AS_ASKED),
        ("K-104", AS_ASKED, changed(frequency=5180)),
    ],
)
def test_what_stations_met_otherwise_is_wrong_for_its_check_alone(
    check: str, staff: Change, visitors: Change
) -> None:
    found = verdicts_of(staff, visitors)
    others = {name: verdict for name, verdict in found.items() if name != check}
    assert found[check] is Verdict.NON_CONFORM
    assert set(others.values()) == {Verdict.CONFORM}


@pytest.mark.parametrize(
    ("check", "staff", "visitors"),
    [
        ("K-100", changed(frequency=0, said="Channel 13 not allowed"), AS_ASKED),
        ("K-102", ended(Role.RIGHT, Outcome.UNKNOWN), AS_ASKED),
        ("K-102", AS_ASKED, ended(Role.RIGHT, Outcome.REFUSED)),
        ("K-103", ended(Role.STRANGER, Outcome.UNKNOWN), AS_ASKED),
        ("K-103", AS_ASKED, changed(reached=None)),
    ],
)
def test_what_stations_could_not_tell_is_for_a_person(
    check: str, staff: Change, visitors: Change
) -> None:
    assert verdicts_of(staff, visitors)[check] is Verdict.UNVERIFIABLE


def test_a_filter_that_refuses_the_card_says_nothing_of_the_key() -> None:
    assert verdicts_of(ended(Role.RIGHT, Outcome.REFUSED))["K-102"] is Verdict.CONFORM


def test_a_key_that_cannot_be_compared_is_tried() -> None:
    assert verdicts_of(keys=None)["K-102"] is Verdict.CONFORM


@pytest.mark.parametrize("staff", [ended(Role.RIGHT, Outcome.REFUSED), changed(trials=())])
def test_a_key_that_is_neither_compared_nor_tried_is_for_a_person(staff: Change) -> None:
    assert verdicts_of(staff, keys=None)["K-102"] is Verdict.UNVERIFIABLE


def test_a_wrong_file_is_wrong_whatever_stations_met() -> None:
    assert verdicts_of(keys=frozenset())["K-102"] is Verdict.NON_CONFORM


@pytest.mark.parametrize(("frequency", "channel"), [(2437, 6), (2484, 14), (5180, 36), (0, None)])
def test_a_channel_is_that_of_its_frequency(frequency: int, channel: int | None) -> None:
    assert Tried(frequency).channel == channel


def read(output: object, trouble: Unobserved | None = None) -> Radio:
    """Return what is read of an access point with one network, of what its stations answered."""
    text = "interface=wlan0\nssid=X\nwpa=2\n"
    document = {"files": {"/run/x": text}, "lists": {}, "keys": {"/run/x": [[0]]}}
    reading = from_air(box_plan(), NodeName("box"))
    questions = next(reading)
    outputs = (
        json.dumps(document),
        "[]",
        output if isinstance(output, str) else json.dumps(output),
    )
    troubles = (None, None, trouble)
    answers = tuple(
        Answer(question, text.encode(), 0, trouble, "2026-01-01T00:00:00Z", 0.1)
        for question, text, trouble in zip(questions, outputs, troubles, strict=True)
    )
    with pytest.raises(StopIteration) as stop:
        reading.send(answers)
    return stop.value.value  # type: ignore[no-any-return]


MET = {"role": "right", "protection": "WPA3", "outcome": "in", "said": ""}
SENT = {"name": "X", "frequency": 2412, "trials": [MET], "reached": None}


def test_what_stations_met_is_read() -> None:
    (one,) = read({"said": "ap0: AP-ENABLED", "networks": [SENT]}).networks
    assert one.tried == Tried(2412, (Trial(Role.RIGHT, "WPA3", Outcome.LET_IN),))


@pytest.mark.parametrize(
    "output",
    [
        "",
        "[]",
        {"said": ""},
        {"said": "", "networks": [{**SENT, "frequency": "x"}]},
        {"said": "", "networks": [{**SENT, "frequency": float("inf")}]},
        {"said": "", "networks": [{**SENT, "reached": "yes"}]},
        {"said": "", "networks": [{**SENT, "trials": [{**MET, "outcome": "maybe"}]}]},
        {"said": "", "networks": []},
    ],
)
def test_what_is_no_answer_of_stations_tells_nothing(output: object) -> None:
    (one,) = read(output).networks
    assert one.tried == Tried(said="les stations n'ont pas répondu")


def test_stations_that_do_not_answer_take_nothing_from_what_files_say() -> None:
    (one,) = read("", Unobserved(Reason.TIMEOUT, "trop long")).networks
    assert (one.name, one.tried) == ("X", Tried(said="les stations n'ont pas répondu"))


def test_keys_are_named_and_not_sent_in_the_question() -> None:
    question = next(from_air(box_plan(), NodeName("box")))[-1]
    lines = question.body["stdin"]
    assert isinstance(lines, tuple)
    assert lines[1:] == ("${secret:wifi_perso}", "${secret:wifi_invites}")
    assert [one["key"] for one in json.loads(lines[0])] == [0, 1]

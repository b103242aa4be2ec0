"""A mail server that lies: what it says is refused, or judged as the nothing that it shows."""

import json
from dataclasses import replace
from typing import Any

import pytest

from checks.mail.facts import Correspondence, ask, parse
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.facts.probe import NotUnderstood
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from tests.facts import evidence_of, untouched_facts
from tests.mail_facts import letter_of
from tests.plans import plan_of
from tests.unit.facts.answering import answer_to

PLAN = plan_of(1)
LETTER = letter_of(PLAN)
THERE = str(LETTER.client)


def message(**changed: Any) -> dict[str, Any]:
    told = {"client": THERE, "account": LETTER.account, "tls": True, "sender": LETTER.sender}
    return told | {"subject": LETTER.subject, "program": "s-nail", "has_code": True} | changed


def seen(*messages: object, **changed: object) -> bytes:
    login = [THERE, True]
    return json.dumps(
        {"running": True, "logins": [login], "messages": messages, **changed}
    ).encode()


REFUSED = {
    "nothing": b"",
    "a page": b"<html><script>alert(1)</script>",
    "nested": b'{"running": ' + b"[" * 100_000,
    "a number without end": b'{"running": true, "logins": [' + b"9" * 10_000 + b"]}",
    "no message": b'{"running": true, "logins": []}',
    "running in a word": seen(running="yes"),
    "a login in a word": seen(logins=["x"]),
    "a login of three": seen(logins=[[THERE, True, True]]),
    "a client that is none": seen(logins=[["<b>", True]]),
    "a client beyond all": seen(message(client="10.21.30.999")),
    "a client of many": seen(message(client=[THERE])),
    "a message in a word": seen("x"),
    "a message without a sender": seen({"client": THERE}),
}
EMPTY = {
    "nobody and nothing": seen(logins=[]),
    "truths in words": seen(message(tls="true", has_code="true"), logins=[[THERE, "true"]]),
    "a login whose truth is a word": seen(message(), logins=[[THERE, "no"]]),
    "a login in the clear": seen(message(), logins=[[THERE, 0]]),
    "another account": seen(message(account=f"{LETTER.account}\u200b")),
    "a subject that goes on": seen(message(subject=f"{LETTER.subject}\r\nBcc: x@x")),
    "letters that look alike": seen(message(subject=LETTER.subject.replace("E", "\u0415"))),
    "a message of itself": seen(message(client=None)),
    "thousands of them": seen(*(message(subject=f"n° {number}") for number in range(2000))),
}


def read(output: bytes) -> Correspondence:
    (question,) = ask(PLAN)
    return parse(PLAN, (replace(answer_to(question, ""), output=output),))


def judged(found: Correspondence) -> CheckVerdict:
    facts = untouched_facts(PLAN) | {Correspondence: found}
    (bench,) = judge([evidence_of(PLAN, facts)], choose_checks("tai"))
    return next(one for one in bench.verdicts if one.check == "K-105")


@pytest.mark.parametrize("output", REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_for_a_person(output: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read(output)


@pytest.mark.parametrize("output", EMPTY.values(), ids=EMPTY)
def test_what_shows_less_than_all_is_not_taken_for_it(output: bytes) -> None:
    assert judged(read(output)).verdict is Verdict.NON_CONFORM


def test_what_shows_all_of_it_conforms() -> None:
    assert judged(read(seen(message()))).verdict is Verdict.CONFORM

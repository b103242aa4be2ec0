"""A ticket tool that lies: what it says is refused, or judged as the nothing that it shows."""

import json
from dataclasses import replace
from typing import Any

import pytest

from checks.tickets.facts import TicketBook, ask, parse
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.facts.probe import NotUnderstood
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from tests.facts import evidence_of, untouched_facts
from tests.plans import plan_of
from tests.unit.facts.answering import answer_to

PLAN = plan_of(1)
MOMENT = "2026-05-04T08:30:00+00:00"
LAST = "9999-12-31T23:59:59-23:59"


def ticket(**changed: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        **{"id": 1, "nature": "Demande", "entity": "Banc 01", "category": "x", "urgency": 3},
        **{"impact": 3, "priority": 3, "requesters": [], "items": [], "groups": []},
        **{"opened": MOMENT, "taken": None, "solved": None, "closed": None, "follow_ups": []},
        **{"solution": "", "solution_length": 0, "solution_follow_up": None},
        **{"problems": [], "articles": []},
    }
    return asked | changed


def book(*tickets: object, **changed: object) -> bytes:
    return json.dumps({"running": True, "tickets": tickets, "assets": [], **changed}).encode()


REFUSED = {
    "nothing": b"",
    "a page": b"<html><script>alert(1)</script>",
    "nested": b'{"running": ' + b"[" * 100_000,
    "a number without end": b'{"running": true, "tickets": [{"id": ' + b"9" * 10_000 + b"}]}",
    "no asset": b'{"running": true, "tickets": []}',
    "running in a word": book(running="yes"),
    "tickets in a word": book(tickets="x"),
    "a ticket in a word": book("x"),
    "a ticket without an end": book(ticket(opened=None)),
    "a moment that is none": book(ticket(solved="<b>")),
    "a moment of no zone": book(ticket(solved="2026-05-04T08:30:00")),
    "a moment in a list": book(ticket(taken=[MOMENT])),
    "links in a number": book(ticket(problems=3)),
    "names in a number": book(ticket(requesters=7)),
    "follow-ups in a table": book(ticket(follow_ups={"at": MOMENT})),
    "a length that is none": book(ticket(solution_length="very long")),
    "an asset in a list": book(assets=[[]]),
    "fields in a list": book(assets=[{"name": "x", "in_use": True, "fields": [], "users": []}]),
}
EMPTY = {
    "no ticket": book(),
    "names in a word": book(ticket(requesters="tmaitere", items="MN-PC-01")),
    "numbers that are none": book(ticket(urgency="٣", impact="3.0", priority="-3")),
    "moments at both ends": book(
        ticket(opened="0001-01-01T00:00:00+23:59", taken=LAST, solved=LAST, closed=LAST)
    ),
    "sixty of them": book(*(ticket(id=number, nature="Incident") for number in range(60))),
    "truths in words": book(
        assets=[{"name": "MN-PC-01", "in_use": "true", "fields": {}, "users": []}]
    ),
}


def read(output: bytes) -> TicketBook:
    (question,) = ask(PLAN)
    return parse(PLAN, (replace(answer_to(question, ""), output=output),))


def judged(found: TicketBook) -> list[CheckVerdict]:
    facts = untouched_facts(PLAN) | {TicketBook: found}
    (bench,) = judge([evidence_of(PLAN, facts)], choose_checks("tai"))
    asked = (*range(112, 120), 90, 121, 124)
    return [one for one in bench.verdicts if one.check in {f"K-{n:03d}" for n in asked}]


@pytest.mark.parametrize("output", REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_for_a_person(output: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read(output)


@pytest.mark.parametrize("output", EMPTY.values(), ids=EMPTY)
def test_what_shows_nothing_earns_nothing(output: bytes) -> None:
    verdicts = {one.verdict for one in judged(read(output))}

    assert verdicts <= {Verdict.NON_CONFORM, Verdict.BLOCKED}

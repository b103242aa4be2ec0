"""Probe of the DHCP offers: one DISCOVER in each segment that has a range.

A short look first. Where nobody answered, or fewer servers than machines that listen, the DISCOVER
is sent again as a client does (RFC 2131, 4.1), unless nothing on the bench could answer: nobody
listens, or the switch does not relay, which is a check of its own that the others wait for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checks.dhcp.demand import Dhcp
from checks.dhcp.facts import listeners as dhcp_listeners
from checks.dhcp.facts.offers import DhcpOffers, Offer
from checks.dhcp.facts.options import parse_offer
from labctl.api import (
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    Transport,
    _,
    card_of,
    not_understood,
    results_of,
    try_from,
)

INSIST_S = 31.0
"""What the longest wait takes (28 s), and some more."""


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for one DISCOVER per segment, and who listens."""
    return (
        *(
            try_from(plan, name, [{"kind": "dhcp", "interface": card_of(plan, name)}])
            for name in _segments(plan)
        ),
        *dhcp_listeners.ask(plan),
    )


def parse(plan: Plan, answers: tuple[Answer, ...]) -> DhcpOffers:
    """Read the offers; a segment whose probe said nothing is absent, not without offers."""
    segments = _segments(plan)
    heard = {
        name: (answer.question, _result(answer))
        for name, answer in zip(segments, answers, strict=False)
        if answer.trouble is None
    }
    return DhcpOffers(
        {name: _offers(question, result) for name, (question, result) in heard.items()},
        frozenset(name for name, (_q, result) in heard.items() if result.get("waited") is True),
        dhcp_listeners.parse(answers[len(segments) :]),
        dhcp_listeners.find_unrelayed(plan, answers[len(segments) :]),
    )


def is_settled(_plan: Plan, fact: DhcpOffers) -> bool:
    """Tell whether who listens has answered, everywhere an answer can come from."""
    silent = {name for name, offers in fact.offers.items() if not offers}
    if fact.is_nobody_there or (silent and silent <= fact.unrelayed):
        return True
    return not silent and not fact.mute


def insist(question: Question) -> Question | None:
    """Word a DISCOVER so that it is sent again as a client does; who listens is known."""
    trials = question.body.get("trials")
    if question.transport is not Transport.WIRE or not isinstance(trials, tuple):
        return None
    patient = tuple({**trial, "patient": True} for trial in trials)
    return replace(question, body={"trials": patient}, timeout_s=INSIST_S)


def _segments(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(scope.segment for scope in plan.demand(Dhcp).scopes))


def _result(answer: Answer) -> Mapping[str, Any]:
    (result,) = results_of(answer)
    if not isinstance(result.get("offers"), list):
        raise not_understood(answer.question.text, result)
    return result


def _offers(question: Question, result: Mapping[str, Any]) -> tuple[Offer, ...]:
    try:
        offers = [parse_offer(bytes.fromhex(message)) for message in result["offers"]]
    except (TypeError, ValueError) as exc:
        raise NotUnderstood(
            _("%(what)s : une offre n'est pas en hexadécimal") % {"what": question.text}
        ) from exc
    return tuple(sorted(offers, key=lambda offer: (offer.server, offer.address)))


PROBE = Probe(DhcpOffers, ask, parse, takes_trouble=True, is_settled=is_settled, insist=insist)

"""Probe of the reach matrix: from each segment, everything at once."""

from ipaddress import IPv4Address

from checks.routing.demand import Routing
from checks.routing.facts.reach import Attempt, Reach, wanted_attempts
from labctl.api import (
    Answer,
    NodeName,
    Outcome,
    Plan,
    Probe,
    Question,
    card_of,
    outcome_of,
    results_of,
    try_from,
)

Wanted = tuple[str, str, int]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask each probe for its own health, then for every attempt wanted from its segment."""
    return ask_attempts(plan, wanted_attempts(plan))


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Reach:
    """Gather the attempts of every probe; one that said nothing made none and is not healthy."""
    return read_attempts(wanted_attempts(plan), answers)


def ask_attempts(plan: Plan, wanted: tuple[Wanted, ...]) -> tuple[Question, ...]:
    """Return the questions to the probes that attempts are made from, one each."""
    return tuple(_ask_from(plan, origin, wanted) for origin in _origins(wanted))


def read_attempts(wanted: tuple[Wanted, ...], answers: tuple[Answer, ...]) -> Reach:
    """Return what became of attempts."""
    attempts: list[Attempt] = []
    healthy: set[str] = set()
    for origin, answer in zip(_origins(wanted), answers, strict=True):
        if answer.trouble is not None:
            continue
        link, own, *results = results_of(answer)
        if link.get("up") is True and outcome_of(own) is Outcome.OPEN:
            healthy.add(origin)
        attempts += [
            Attempt(origin, target, port, outcome_of(result))
            for (_origin, target, port), result in zip(_from(wanted, origin), results, strict=True)
        ]
    return Reach(tuple(attempts), frozenset(healthy))


def _origins(wanted: tuple[Wanted, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(origin for origin, _target, _port in wanted))


def _from(wanted: tuple[Wanted, ...], origin: str) -> tuple[Wanted, ...]:
    return tuple(one for one in wanted if one[0] == origin)


def _ask_from(plan: Plan, origin: str, wanted: tuple[Wanted, ...]) -> Question:
    own: list[dict[str, object]] = [
        {"kind": "link", "interface": card_of(plan, origin)},
        {"kind": "icmp", "host": str(_address(plan, origin, f"sonde:{origin}"))},
    ]
    trials = [_trial(plan, one) for one in _from(wanted, origin)]
    return try_from(plan, origin, own + trials)


def _trial(plan: Plan, wanted: Wanted) -> dict[str, object]:
    origin, target, port = wanted
    host = str(_address(plan, origin, target))
    if port == 0:
        return {"kind": "icmp", "host": host}
    return {"kind": "tcp", "host": host, "port": port}


def _address(plan: Plan, origin: str, target: str) -> IPv4Address:
    """Return the address that a target's label stands for; KeyError when there is none."""
    asked = plan.find(Routing)
    kind, _colon, segment = target.partition(":")
    if segment:
        place = plan.segments[segment]
        found: object = {"sonde": place.probe, "passerelle": place.gateway}[kind]
    elif kind == "canari":
        found = plan.internet.canary
    elif asked and kind == asked.on:
        found = asked.svis.get(origin)
    else:
        cards = plan.nodes[NodeName(kind)].interfaces
        found = next((card.address for card in cards if card.address), None)
    if found is None:
        raise KeyError(target)
    return IPv4Address(str(found).partition("/")[0])


PROBE = Probe(Reach, ask, parse, takes_trouble=True)

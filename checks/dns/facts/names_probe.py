"""Probe of names: DNS questions from the office and the guests, to every resolver of the plan."""

from importlib import import_module
from ipaddress import IPv4Address

from checks.dns.facts.names import Names, wanted_names
from labctl.api import (
    Answer,
    Outcome,
    Plan,
    Probe,
    Question,
    outcome_of,
    payload_of,
    results_of,
    try_from,
)

DNS_PORT = 53
SETTLE_S = 6.0
"""Seconds a resolver may take beyond the first reading, on a machine that is busy."""
Wanted = tuple[str, IPv4Address, str, str]


def preload() -> None:
    """Import the library of DNS messages: it takes 0.1 s, which each child would spend again."""
    import_module("checks.dns.messages")


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask every name wanted from each origin, at once."""
    return tuple(
        try_from(plan, origin, [_trial(wanted) for wanted in _wanted_from(plan, origin)])
        for origin in _origins(plan)
    )


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Names:
    """Read the answers of the resolvers."""
    from checks.dns.messages import make_query, parse_response  # late: the library takes 0.1 s

    found: dict[str, tuple[str, ...]] = {}
    for origin, answer in zip(_origins(plan), answers, strict=True):
        wanted = _wanted_from(plan, origin)
        for (_origin, server, name, kind), result in zip(wanted, results_of(answer), strict=True):
            if outcome_of(result) is Outcome.OPEN:
                values = parse_response(payload_of(result), make_query(name, kind))
                if values is not None:
                    found[f"{origin} {server} {name} {kind}"] = values
    return Names(found)


def _origins(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(origin for origin, *_rest in wanted_names(plan)))


def _wanted_from(plan: Plan, origin: str) -> tuple[Wanted, ...]:
    return tuple(wanted for wanted in wanted_names(plan) if wanted[0] == origin)


def _trial(wanted: Wanted) -> dict[str, object]:
    from checks.dns.messages import make_query

    _origin, server, name, kind = wanted
    payload = make_query(name, kind).to_wire().hex()
    return {"kind": "udp", "host": str(server), "port": DNS_PORT, "payload": payload}


def is_settled(plan: Plan, names: Names) -> bool:
    """Tell whether no resolver answered somebody in part: one that is busy does."""
    answered: dict[tuple[str, IPv4Address], set[bool]] = {}
    for origin, server, name, kind in wanted_names(plan):
        is_there = names.values(origin, server, name, kind) is not None
        answered.setdefault((origin, server), set()).add(is_there)
    return all(len(each) == 1 for each in answered.values())


PROBE = Probe(Names, ask, parse, settle_s=SETTLE_S, is_settled=is_settled)

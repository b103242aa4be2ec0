"""Probe of names: DNS questions from the office and the guests, to every resolver of the plan."""

from hashlib import sha256
from ipaddress import IPv4Address

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.base import NotUnderstood, Probe
from labctl.probes.network.attempts import outcome_of, payload_of, results_of
from labctl.probes.network.reach import Names, Outcome, wanted_names
from labctl.probes.questions import try_from

DNS_PORT = 53
SETTLE_S = 6.0
"""Seconds a resolver may take beyond the first reading, on a machine that is busy."""

_TOLD = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
Wanted = tuple[str, IPv4Address, str, str]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask every name wanted from each origin, at once."""
    return tuple(
        try_from(plan, origin, [_trial(wanted) for wanted in _wanted_from(plan, origin)])
        for origin in _origins(plan)
    )


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Names:
    """Read the answers of the resolvers."""
    found: dict[str, tuple[str, ...]] = {}
    for origin, answer in zip(_origins(plan), answers, strict=True):
        wanted = _wanted_from(plan, origin)
        for (_origin, server, name, kind), result in zip(wanted, results_of(answer), strict=True):
            if outcome_of(result) is Outcome.OPEN:
                values = parse_response(payload_of(result), _query(name, kind))
                if values is not None:
                    found[f"{origin} {server} {name} {kind}"] = values
    return Names(found)


def parse_response(payload: bytes, query: dns.message.QueryMessage) -> tuple[str, ...] | None:
    """Return the values of an answer, none for « no such name », None when it answers nothing.

    A resolver that refuses or fails, or whose answer is not one to the question, answers nothing.
    Records of another name are no values, unless aliases lead to them.
    """
    try:
        message = dns.message.from_wire(payload, ignore_trailing=True)
        if not isinstance(message, dns.message.QueryMessage) or not query.is_response(message):
            return None
        if message.flags & dns.flags.TC:
            raise NotUnderstood(_("le DNS coupe sa réponse : le reste se demande en TCP"))
        if message.rcode() not in _TOLD:
            return None
        found = message.resolve_chaining().answer
    except (dns.exception.DNSException, ValueError) as exc:
        raise NotUnderstood(
            _("ce n'est pas une réponse DNS : %(why)s") % {"why": type(exc).__name__}
        ) from exc
    return tuple(sorted(str(record) for record in found or ()))


def _origins(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(origin for origin, *_rest in wanted_names(plan)))


def _wanted_from(plan: Plan, origin: str) -> tuple[Wanted, ...]:
    return tuple(wanted for wanted in wanted_names(plan) if wanted[0] == origin)


def _trial(wanted: Wanted) -> dict[str, object]:
    _origin, server, name, kind = wanted
    payload = _query(name, kind).to_wire().hex()
    return {"kind": "udp", "host": str(server), "port": DNS_PORT, "payload": payload}


def _query(name: str, kind: str) -> dns.message.QueryMessage:
    """Return the question; its number depends on what is asked, so that asking is pure."""
    query = dns.message.make_query(name, dns.rdatatype.from_text(kind))
    query.id = int.from_bytes(sha256(f"{name} {kind}".encode()).digest()[:2], "big")
    return query


def is_settled(plan: Plan, names: Names) -> bool:
    """Tell whether no resolver answered somebody in part: one that is busy does."""
    answered: dict[tuple[str, IPv4Address], set[bool]] = {}
    for origin, server, name, kind in wanted_names(plan):
        is_there = names.values(origin, server, name, kind) is not None
        answered.setdefault((origin, server), set()).add(is_there)
    return all(len(each) == 1 for each in answered.values())


PROBE = Probe(Names, ask, parse, settle_s=SETTLE_S, is_settled=is_settled)

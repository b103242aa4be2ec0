"""Whether the router answers a search for UPnP devices, from each network it serves.

UPnP Device Architecture 1.1, 1.3.2: a device answers a search that is sent to its own address too.
"""

from dataclasses import dataclass

from checks.internet.demand import InternetAccess
from checks.internet.facts.wan import find_near_address
from labctl.api import (
    Answer,
    Outcome,
    Plan,
    Probe,
    Question,
    outcome_of,
    results_of,
    try_from,
)

PORT = 1900
SEARCH = b'M-SEARCH * HTTP/1.1\r\nHOST: %s:1900\r\nMAN: "ssdp:discover"\r\nST: ssdp:all\r\n\r\n'


@dataclass(frozen=True, slots=True)
class UpnpSearch:
    """What the search came to, by network."""

    outcomes: dict[str, Outcome]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Search from labctl's probe of each network."""
    return tuple(_search(plan, origin) for origin in _list_origins(plan))


def parse(plan: Plan, answers: tuple[Answer, ...]) -> UpnpSearch:
    """Read what came back."""
    outcomes = (outcome_of(results_of(answer)[0]) for answer in answers)
    return UpnpSearch(dict(zip(_list_origins(plan), outcomes, strict=True)))


def _search(plan: Plan, origin: str) -> Question:
    """Search at the router's address that is the nearest to the network."""
    router = plan.demand(InternetAccess).on
    host = str(find_near_address(plan, router, origin))
    payload = (SEARCH % host.encode()).hex()
    return try_from(plan, origin, [{"kind": "udp", "host": host, "port": PORT, "payload": payload}])


def _list_origins(plan: Plan) -> tuple[str, ...]:
    sources = plan.demand(InternetAccess).nat.sources
    return tuple(name for name in sources if plan.segments[name].probe)


PROBE = Probe(UpnpSearch, ask, parse)

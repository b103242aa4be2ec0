"""Who reaches what: TCP, ICMP, names and web pages, tried from labctl's probe in each segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checks.device_admin.demand import Administration
from checks.internet.facts.wan import WAN, find_near_address, find_router, scan
from labctl.api import (
    OUTCOMES,
    Answer,
    Outcome,
    Plan,
    Probe,
    Question,
    outcome_of,
    results_of,
    try_from,
)


@dataclass(frozen=True, slots=True)
class WebAdmin:
    """The router's admin page by origin: outcome on 80 and 443, and what HTTP answered.

    ``refusing``: origins to which each port that is open answers 403 (RFC 9110, 15.5.4).
    """

    http: dict[str, Outcome]
    https: dict[str, Outcome]
    http_redirects_to_https: dict[str, bool]
    refusing: frozenset[str] = frozenset()


HTTP_PORT, HTTPS_PORT = 80, 443
FORBIDDEN = 403
REDIRECTIONS = frozenset({301, 302, 303, 307, 308})


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for both pages from each segment, and for the scan of the WAN, which has both ports."""
    return (*(_ask_from(plan, origin) for origin in _origins(plan)), scan(plan))


def _ask_from(plan: Plan, origin: str) -> Question:
    """Ask at the device's address that is the nearest to the segment."""
    page = plan.demand(Administration).page
    assert page is not None  # else there are no origins
    host = str(find_near_address(plan, page.on, origin))
    pages: tuple[dict[str, object], ...] = (
        {"kind": "http", "host": host, "port": HTTP_PORT, "path": "/"},
        {"kind": "http", "host": host, "port": HTTPS_PORT, "path": "/", "tls": True},
    )
    return try_from(plan, origin, pages)


def parse(plan: Plan, answers: tuple[Answer, ...]) -> WebAdmin:
    """Gather what each origin saw: all of them, or « closed everywhere » would not be proved."""
    *inner, wan = answers
    http: dict[str, Outcome] = {}
    https: dict[str, Outcome] = {}
    redirects: dict[str, bool] = {}
    refusing: set[str] = set()
    for origin, answer in zip(_origins(plan), inner, strict=True):
        clear, sealed = results_of(answer)
        http[origin], https[origin] = outcome_of(clear), outcome_of(sealed)
        redirects[origin] = _is_redirection(clear)
        opened = [one for one in (clear, sealed) if outcome_of(one) is Outcome.OPEN]
        if opened and all(one.get("status") == FORBIDDEN for one in opened):
            refusing.add(origin)
    found = tuple(find_router(plan, wan).values())
    http[WAN], https[WAN] = _scanned(found, HTTP_PORT), _scanned(found, HTTPS_PORT)
    redirects[WAN] = False
    return WebAdmin(http, https, redirects, frozenset(refusing))


def _origins(plan: Plan) -> tuple[str, ...]:
    """Return the segments to try from: none where no page is asked for."""
    if plan.demand(Administration).page is None:
        return ()
    return tuple(segment.name for segment in plan.segments.values() if segment.probe)


def _is_redirection(result: Mapping[str, Any]) -> bool:
    headers = result.get("headers")
    location = headers.get("location", "") if isinstance(headers, dict) else ""
    is_secure = str(location).lower().startswith("https://")
    return result.get("status") in REDIRECTIONS and is_secure


def _scanned(found: Sequence[Mapping[str, Any]], port: int) -> Outcome:
    """Return the outcome on a port of the router, open if it is at any of its addresses.

    Silence when it was not found at all.
    """
    ports = [host["tcp"] for host in found if isinstance(host.get("tcp"), dict)]
    outcomes = [OUTCOMES.get(str(tcp.get(str(port))), Outcome.SILENT) for tcp in ports]
    return Outcome.OPEN if Outcome.OPEN in outcomes else next(iter(outcomes), Outcome.SILENT)


PROBE = Probe(WebAdmin, ask, parse)

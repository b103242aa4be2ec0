"""Who reaches what: TCP, ICMP, names and web pages, tried from labctl's probe in each segment."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from checks.internet.facts.wan import leases, read_wan_address
from labctl.api import (
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    Results,
    _,
    payload_of,
    read_file,
    refuse_trouble,
    results_of,
    run_on,
    try_from,
)


@dataclass(frozen=True, slots=True)
class CanaryVisit:
    """One page asked from a segment: did it come, and whom did the canary see."""

    origin: str
    fetched: bool  # the body carried the nonce of this visit
    seen_source: IPv4Address | None  # as the canary logged it; None: it saw nobody


@dataclass(frozen=True, slots=True)
class Internet:
    """Web access of each segment with one random page per visit."""

    visits: dict[str, CanaryVisit]
    wan_address: IPv4Address | None  # the router's WAN address, from the upstream DHCP leases


HTTP_PORT = 80
LOG = "/var/log/canary.jsonl"
LOG_LINES = "400"


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask each probe for one page, then the server for its log, which the visits are in."""
    page: dict[str, object] = {
        "kind": "http",
        "host": str(plan.internet.canary),
        "port": HTTP_PORT,
        "name": plan.internet.canary_name,
        "path": "/",
        "nonce": True,
    }
    return (
        *(try_from(plan, origin, [page]) for origin in _origins(plan)),
        run_on(plan.internet.node, "/usr/bin/tail", "-n", LOG_LINES, LOG, phase=1),
        leases(plan),
    )


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Internet:
    """Match each visit with the log by its random word; a probe that said nothing is absent."""
    *visits, log, leased = answers
    refuse_trouble(log)
    refuse_trouble(leased)
    sources = dict(_log_sources(read_file(log)))
    found = {
        origin: _visit(origin, results_of(answer), sources)
        for origin, answer in zip(_origins(plan), visits, strict=True)
        if answer.trouble is None
    }
    return Internet(found, read_wan_address(plan, leased))


def _origins(plan: Plan) -> tuple[str, ...]:
    return tuple(segment.name for segment in plan.segments.values() if segment.probe)


def _visit(origin: str, results: Results, sources: Mapping[str, IPv4Address]) -> CanaryVisit:
    (result,) = results
    nonce = result.get("nonce")
    if not isinstance(nonce, str) or not nonce or not nonce.isascii():
        return CanaryVisit(origin, fetched=False, seen_source=None)
    fetched = result.get("status") == 200 and nonce.encode() in payload_of(result)
    return CanaryVisit(origin, fetched, sources.get(nonce))


def _log_sources(text: str) -> Iterator[tuple[str, IPv4Address]]:
    for line in text.splitlines():
        try:
            entry: Any = json.loads(line)
            yield str(entry["path"]).strip("/").rpartition("/")[2], IPv4Address(entry["source"])
        except (ValueError, RecursionError, TypeError, KeyError, AddressValueError) as exc:
            raise NotUnderstood(
                _("une ligne du journal de la page témoin : %(line)s") % {"line": line[:80]}
            ) from exc


PROBE = Probe(Internet, ask, parse, takes_trouble=True)

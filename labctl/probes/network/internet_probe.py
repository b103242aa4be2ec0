"""Probe of Internet access: a page with a random word, and whom the page's server saw."""

import json
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.answers import read_file, refuse_trouble
from labctl.probes.base import NotUnderstood, Probe
from labctl.probes.network.attempts import Results, payload_of, results_of
from labctl.probes.network.reach import CanaryVisit, Internet
from labctl.probes.network.wan_probe import leases, read_wan_address
from labctl.probes.questions import run_on, try_from

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

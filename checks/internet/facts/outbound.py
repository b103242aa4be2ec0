"""Which TCP ports are let out of each segment, tried from labctl's probe in it."""

from dataclasses import dataclass

from checks.internet.demand import InternetAccess
from checks.routing.facts.reach import Reach
from checks.routing.facts.reach_probe import ask_attempts, read_attempts
from labctl.api import Answer, Plan, Probe, Question

UNLISTED_PORTS = (22, 25, 6667)
"""Ports that no subject lets out; the canary listens on them as on the listed ones."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """The attempts to reach the canary."""

    reach: Reach


def listed_ports(plan: Plan, segment: str) -> tuple[int, ...]:
    """Return the TCP ports that must be let out; DNS and NTP are tried by their own probes."""
    ports = plan.demand(InternetAccess).firewall.outbound.get(segment, ())
    return tuple(sorted(set(ports) - {53, 123}))


def wanted_outbound(plan: Plan) -> tuple[tuple[str, str, int], ...]:
    """Return what is tried: (origin, target, port)."""
    return tuple(
        (name, "canari", port)
        for name in sorted(plan.demand(InternetAccess).firewall.outbound)
        for port in (*listed_ports(plan, name), *UNLISTED_PORTS)
    )


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask each probe for its own health, then for every port."""
    return ask_attempts(plan, wanted_outbound(plan))


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Outbound:
    """Gather the attempts of every probe."""
    return Outbound(read_attempts(wanted_outbound(plan), answers))


PROBE = Probe(Outbound, ask, parse, takes_trouble=True)

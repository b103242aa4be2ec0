"""What those who may reach the Internet only reach of the other networks."""

from dataclasses import dataclass

from checks.internet.demand import InternetAccess
from checks.routing.facts.reach import SERVICES, Reach
from checks.routing.facts.reach_probe import ask_attempts, read_attempts
from labctl.api import Answer, Plan, Probe, Question

SSH, WEB = 22, 80


@dataclass(frozen=True, slots=True)
class Isolation:
    """The attempts from each network that is kept to the Internet."""

    reach: Reach


def wanted_isolation(plan: Plan) -> tuple[tuple[str, str, int], ...]:
    """Return what is tried: (origin, target, port), port 0 for an ICMP echo.

    Labctl's probe in each other network, what machines there serve, and the gateways' SSH; the
    administration page is another check's.
    """
    isolated = plan.demand(InternetAccess).firewall.isolated
    inner = [one.name for one in plan.segments.values() if one.probe and one.name not in isolated]
    machines = [
        (node.name, port)
        for node in plan.nodes.values()
        if any(card.segment in inner and card.address for card in node.interfaces)
        for port in SERVICES.get(node.kind, ())
    ]
    return tuple(
        (origin, target, port)
        for origin in isolated
        for target, port in (
            ("canari", WEB),
            *((f"sonde:{name}", 0) for name in inner),
            *((f"passerelle:{name}", SSH) for name in inner),
            *machines,
        )
    )


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask each probe for its own health, then for every attempt."""
    return ask_attempts(plan, wanted_isolation(plan))


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Isolation:
    """Gather the attempts of every probe."""
    return Isolation(read_attempts(wanted_isolation(plan), answers))


PROBE = Probe(Isolation, ask, parse, takes_trouble=True)

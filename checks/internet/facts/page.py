"""What users see: a page of the Internet, asked for by its name on their workstations."""

from dataclasses import dataclass

from checks.internet.facts.fetch import ask_page, read_page
from labctl.api import Answer, NodeName, Plan, Probe, Question


@dataclass(frozen=True, slots=True)
class PagesShown:
    """Status of the witness page on each workstation (RFC 9110, 15); 0: it does not come."""

    statuses: dict[NodeName, int]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Have each workstation fetch the page as a browser does: name, route, translation, answer."""
    url = f"http://{plan.internet.canary_name}/"
    return tuple(ask_page(plan, desk.name, url) for desk in plan.desks)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> PagesShown:
    """Read what came."""
    return PagesShown({answer.question.node: read_page(answer).status for answer in answers})


PROBE = Probe(PagesShown, ask, parse)

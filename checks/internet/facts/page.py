"""What users see: a page of the Internet, asked for by its name on their workstations."""

from dataclasses import dataclass

from labctl.api import Answer, NodeName, Plan, Probe, Question, read_text, run_on

TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class PagesShown:
    """Status of the witness page on each workstation (RFC 9110, 15); 0: it does not come."""

    statuses: dict[NodeName, int]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Have each workstation fetch the page as a browser does: name, route, translation, answer."""
    url = f"http://{plan.internet.canary_name}/"
    shown = ("-s", "-m", str(TIMEOUT_S), "-o", "/dev/null", "-w", "%{http_code}", url)
    return tuple(run_on(desk.name, "/usr/bin/curl", *shown) for desk in plan.desks)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> PagesShown:
    """Read what came."""
    told = {answer.question.node: read_text(answer).strip() for answer in answers}
    return PagesShown({name: int(one) if one.isdecimal() else 0 for name, one in told.items()})


PROBE = Probe(PagesShown, ask, parse)

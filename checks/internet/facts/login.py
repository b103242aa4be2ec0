"""Whom the administration page of a router lets in."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.device_admin.demand import PAGE, Administration
from checks.internet.facts.fetch import LIMIT_S, ask_page, read_page
from checks.internet.facts.wan import find_near_address
from labctl.api import (
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    Reading,
    Transport,
    _,
    ask,
    fact,
    read_json,
)

FACTORY = "admin:admin"
"""The account that a router and a box have in their carton; README.md of both kinds."""
PROGRAM = Path(__file__).parents[1] / "programs" / "on_router.py"
"""What runs on the machine itself, with its own Python."""
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Login:
    """Status that the page answers over HTTPS (RFC 9110, 15): to nobody, to the factory's account.

    0: nothing answered. ``tried``: the password of the subject, by reference, and what it got with
    each account of the page.
    """

    anonymous: int
    factory: int
    tried: dict[str, tuple[int, ...]] = field(default_factory=dict)


@fact(Login, kind=PAGE)
def from_router(plan: Plan, at: NodeName) -> Reading[Login]:
    """Ask for the page from the machine itself, at the address that its users ask; once each."""
    page = plan.demand(Administration).page
    if page is None:
        return Login(0, 0)
    url = f"https://{find_near_address(plan, at, page.sources[0])}/"
    anonymous, factory, own = yield from ask(
        ask_page(plan, at, url, "-k"),
        ask_page(plan, at, url, "-k", "--anyauth", "-u", FACTORY),
        _try_own(plan, at, url, page.password),
    )
    told: Any = read_json(own)
    if not isinstance(told, dict) or not isinstance(told.get("statuses"), list):
        raise NotUnderstood(
            _("%(what)s : ce n'est pas le document attendu") % {"what": own.question.text}
        )
    statuses = tuple(int(status) for status in told["statuses"])
    if told.get("is_whole") is not True:
        statuses += (0,)  # somebody else may be let in
    return Login(read_page(anonymous).status, read_page(factory).status, {page.password: statuses})


def _try_own(plan: Plan, at: NodeName, url: str, reference: str) -> Question:
    limit = f"{LIMIT_S * plan.patience:g}"
    body: dict[str, object] = {
        "argv": ("/usr/bin/python3", "-I", "-c", PROGRAM.read_text("utf-8"), url, limit),
        "stdin": (reference,),
    }
    text = "mot de passe du sujet, essayé à la page d'administration"
    return Question(at, Transport.SSH, text, body, TIMEOUT_S)


def asked_of(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machine whose page the subject asks for, none when it asks for none."""
    page = plan.demand(Administration).page
    return (page.on,) if page else ()

"""Whom the administration page of a box lets in."""

from dataclasses import dataclass

from checks.device_admin.demand import Administration
from checks.internet.facts.fetch import ask_page, read_page
from labctl.api import NodeName, Plan, Reading, ask, fact

FACTORY = "admin:admin"
"""The account that a box has in its carton; vm_templates/box/README.md."""


@dataclass(frozen=True, slots=True)
class Login:
    """Status that the page answers over HTTPS (RFC 9110, 15): to nobody, to the factory's account.

    0: nothing answered.
    """

    anonymous: int
    factory: int


@fact(Login, kind="box")
def from_box(plan: Plan, at: NodeName) -> Reading[Login]:
    """Ask for the page from the machine itself, at the address that its users ask; once each."""
    url = f"https://{plan.address_of(at)}/"
    anonymous, factory = yield from ask(
        ask_page(plan, at, url, "-k"), ask_page(plan, at, url, "-k", "-u", FACTORY)
    )
    return Login(read_page(anonymous).status, read_page(factory).status)


def asked_of(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machine whose page the subject asks for, none when it asks for none."""
    page = plan.demand(Administration).page
    return (page.on,) if page else ()

"""Whom the administration page of a box lets in."""

from dataclasses import dataclass

from checks.device_admin.demand import Administration
from labctl.api import NodeName, NotUnderstood, Plan, Reading, _, ask, fact, read_text, run_on

FACTORY = "admin:admin"
"""The account that a box has in its carton; vm_templates/box/README.md."""
TIMEOUT_S = 4


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
    shown = ("-s", "-k", "-m", str(TIMEOUT_S), "-o", "/dev/null", "-w", "%{http_code}", url)
    answers = yield from ask(
        run_on(at, "/usr/bin/curl", *shown), run_on(at, "/usr/bin/curl", "-u", FACTORY, *shown)
    )
    told = [read_text(answer).strip() for answer in answers]
    if not all(text.isdecimal() for text in told):
        raise NotUnderstood(_("curl : ce n'est pas un état HTTP"))
    anonymous, factory = map(int, told)
    return Login(anonymous, factory)


def asked_of(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machine whose page the subject asks for, none when it asks for none."""
    page = plan.demand(Administration).page
    return (page.on,) if page else ()

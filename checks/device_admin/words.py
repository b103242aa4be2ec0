"""What the tables of a plan say of administration."""

from collections.abc import Iterator

from checks.device_admin.demand import Administration
from labctl.api import Handed, Plan, Table, _

ACCOUNT = "admin"
"""The account of the page as it is delivered working (playbooks/roles/device_admin)."""


def tables(asked: Administration, plan: Plan) -> Iterator[Table]:
    """Yield who is administered from where."""
    parts = [part for part in (asked.console, asked.page) if part]
    rows = tuple((plan.nodes[part.on].hostname, ", ".join(part.sources)) for part in parts)
    yield Table(_("Administration"), (_("Machine"), _("Depuis")), rows)


def handed(asked: Administration, plan: Plan) -> Iterator[Handed]:
    """Yield the password that replaces the one of the factory, or has replaced it."""
    if not asked.page or asked.page.on in plan.delivered.machines:
        return
    what = f"Page d'administration de {plan.nodes[asked.page.on].hostname}"
    if Administration.topic in plan.delivered.topics:
        yield Handed(what, ACCOUNT, asked.page.password)
    else:
        yield Handed(f"{what}, à mettre", "", asked.page.password)

"""What the tables of a plan say of administration."""

from collections.abc import Iterator

from checks.device_admin.demand import Administration
from labctl.api import Handed, Plan, Table, _


def tables(asked: Administration, plan: Plan) -> Iterator[Table]:
    """Yield who is administered from where."""
    parts = [part for part in (asked.console, asked.page) if part]
    rows = tuple((plan.nodes[part.on].hostname, ", ".join(part.sources)) for part in parts)
    yield Table(_("Administration"), (_("Machine"), _("Depuis")), rows)


def handed(asked: Administration, plan: Plan) -> Iterator[Handed]:
    """Yield the password that replaces the one of the factory."""
    if asked.page and Administration.topic not in plan.delivered.topics:
        name = plan.nodes[asked.page.on].hostname
        yield Handed(f"Page d'administration de {name}, à mettre", "", asked.page.password)

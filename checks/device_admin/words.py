"""What the tables of a plan say of administration."""

from collections.abc import Iterator

from checks.device_admin.demand import Administration
from labctl.api import Plan, Table, _


def tables(asked: Administration, plan: Plan) -> Iterator[Table]:
    """Yield who is administered from where."""
    parts = [part for part in (asked.console, asked.page) if part]
    rows = tuple((plan.nodes[part.on].hostname, ", ".join(part.sources)) for part in parts)
    yield Table(_("Administration"), (_("Machine"), _("Depuis")), rows)

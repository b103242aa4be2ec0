"""What the tables of a plan say of group policies."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.group_policy.demand import Policies
from labctl.api import Plan, Table, _


def tables(asked: Policies, plan: Plan) -> Iterator[Table]:
    """Yield where each policy is to be linked."""
    directory = plan.find(Directory)
    root = directory.root_ou if directory else ""
    rows = tuple((gpo.name, f"{gpo.unit}{root}") for gpo in asked.gpos)
    yield Table(_("Stratégies de groupe"), (_("Stratégie"), _("Liée à")), rows)

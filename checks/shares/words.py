"""What the tables of a plan say of shares."""

from collections.abc import Collection, Iterator

from checks.shares.demand import Shares
from labctl.api import Plan, Table, _


def tables(asked: Shares, plan: Plan) -> Iterator[Table]:
    """Yield who may what on each share."""
    columns = (_("Partage"), _("Lecture et écriture"), _("Lecture seule"))
    rows = tuple(
        (share.name, _listed(share.read_write), _listed(share.read_only)) for share in asked.shares
    )
    name = plan.nodes[asked.on].hostname
    yield Table(_("Partages de %(name)s") % {"name": name}, columns, rows)


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "—"


def fields(asked: Shares, _plan: Plan) -> dict[str, object]:
    """Return the shares that nobody sees in a list."""
    return {"hidden": [share.name for share in asked.shares if share.is_hidden]}

"""Which password of a local account is handed over with the subject."""

from checks.accounts.demand import LocalAccounts
from labctl.api import Handed, Plan


def handed(asked: LocalAccounts, plan: Plan) -> list[Handed]:
    """Return the local administrator of the machines."""
    where = ", ".join(plan.nodes[name].hostname for name in asked.on)
    admin = asked.admin
    return [Handed(f"Administrateur local de {where}, à créer", admin.name, admin.password)]

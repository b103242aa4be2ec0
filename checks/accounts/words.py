"""Which password of a local account is handed over with the subject."""

from checks.accounts.demand import LocalAccounts
from labctl.api import Handed, Plan


def handed(asked: LocalAccounts, plan: Plan) -> list[Handed]:
    """Return the local administrator of the machines that have such accounts."""
    nodes = (plan.nodes[name] for name in asked.on)
    where = ", ".join(node.hostname for node in nodes if "windows" in node.faces)
    admin = asked.admin
    what = f"Administrateur local de {where}, à créer"
    return [Handed(what, admin.name, admin.password)] if where else []

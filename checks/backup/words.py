"""Which password is handed over to save with an account that is delivered."""

from checks.backup.demand import Backup
from checks.directory.demand import Directory
from labctl.api import Handed, Plan


def handed(asked: Backup, plan: Plan) -> list[Handed]:
    """Return the password of the account, unless it is handed over to make it."""
    directory = plan.find(Directory)
    saves = any("windows" in plan.nodes[name].faces for name in asked.on)
    if directory is None or Directory.topic not in plan.delivered.topics or not saves:
        return []
    return [
        Handed("Compte de service", one.name, one.password)
        for one in directory.service_accounts
        if one.password and one.name == asked.account
    ]

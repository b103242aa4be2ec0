"""What is handed over for a backup: the witness, the password of a delivered account."""

from collections.abc import Iterator

from checks.backup.demand import Backup
from checks.backup.witness import write_witness
from checks.directory.demand import Directory
from labctl.api import Given, Handed, Plan


def handed(asked: Backup, plan: Plan) -> list[Handed]:
    """Return the password of the account, unless it is handed over to make it."""
    directory = plan.find(Directory)
    if directory is None or Directory.topic not in plan.delivered.topics or not _saves(asked, plan):
        return []
    return [
        Handed("Compte de service", one.name, one.password)
        for one in directory.service_accounts
        if one.password and one.name == asked.account
    ]


def given(asked: Backup, plan: Plan) -> Iterator[Given]:
    """Yield the witness, a file that is of this bench alone, where something is to be saved."""
    if _saves(asked, plan):
        yield Given(f"fichiers/{asked.witness}", text=write_witness(plan))


def _saves(asked: Backup, plan: Plan) -> bool:
    """Tell whether one of the machines has the face that a backup is asked of."""
    return any("windows" in plan.nodes[name].faces for name in asked.on)

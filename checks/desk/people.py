"""Who the main user of a machine is, and which share is that of their service."""

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory
from checks.shares.demand import OWN_SHARE, Shares, find_own_share
from labctl.api import NodeName, Plan


def login_of(plan: Plan) -> str:
    """Return the login of the main user: the key itself where there is no directory."""
    asked, directory = plan.demand(Personalisation), plan.find(Directory)
    return asked.user if directory is None else directory.logins[asked.user]


def authority_of(plan: Plan, machine: NodeName) -> str:
    """Return what knows the main user: the domain, or the machine where there is no directory."""
    directory = plan.find(Directory)
    return plan.nodes[machine].hostname if directory is None else directory.netbios


def list_drives(plan: Plan) -> dict[str, str]:
    """Return the share of each drive of the main user, empty where none is that of a service."""
    asked, directory, shares = plan.demand(Personalisation), plan.find(Directory), plan.find(Shares)
    account = directory.account_of(asked.user) if directory else None
    own = find_own_share(shares.shares if shares else (), account.groups if account else ())
    return {letter: own if name == OWN_SHARE else name for letter, name in asked.drives.items()}

"""Network drives of the main user; « service_de_l_utilisateur » is the share of their service."""

from checks.directory.demand import Directory
from checks.shares.demand import OWN_SHARE, Shares, find_own_share
from labctl.api import Plan


def list_drives(plan: Plan) -> dict[str, str]:
    """Return the share of each drive of the main user, empty where none is that of a service."""
    account = plan.demand(Directory).account_of(plan.workstation.user)
    shares = plan.demand(Shares).shares
    own = find_own_share(shares, account.groups if account else ())
    drives = plan.windows.use.personal.drives
    return {letter: own if name == OWN_SHARE else name for letter, name in drives.items()}

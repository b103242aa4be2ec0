"""« service_de_l_utilisateur »: the share of the service that the main user belongs to."""

from collections.abc import Collection, Mapping

from labctl.spec.devices import Share
from labctl.spec.directory import Account
from labctl.spec.fields import Person
from labctl.spec.login import build_login
from labctl.spec.subject import Subject

OWN_SHARE = "service_de_l_utilisateur"


def find_main_groups(subject: Subject, people: Mapping[str, Person]) -> Collection[str] | None:
    """Return the groups of the main user, None when no account is to be made for them."""
    account = find_main_account(subject, people)
    return None if account is None else account.groups


def find_main_account(subject: Subject, people: Mapping[str, Person]) -> Account | None:
    """Return the account to be made for the main user, which another key may name too."""
    logins = {key: build_login(*person) for key, person in people.items()}
    wanted = logins.get(subject.workstation.main_user)
    accounts = subject.directory.accounts
    return next((one for one in accounts if logins.get(one.person) == wanted), None)


def find_own_share(shares: Collection[Share], groups: Collection[str]) -> str:
    """Return the share that these groups write and fewest others do, "" unless it is one only."""
    mine = [share for share in shares if set(share.read_write) & set(groups)]
    fewest = min((len(share.read_write) for share in mine), default=0)
    found = [share.name for share in mine if len(share.read_write) == fewest]
    return found[0] if len(found) == 1 else ""

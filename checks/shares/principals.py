"""Who the shares of a domain's file server are for: the people of its directory, and services."""

from checks.directory.demand import Directory
from checks.shares.demand import Share


def list_principals(directory: Directory) -> tuple[str, ...]:
    """Return the logins of everybody who is tried on a share."""
    return (*(person.login for person in directory.people), *sorted(directory.services))


def list_names(directory: Directory, login: str) -> frozenset[str]:
    """Return everything a share may call this principal: its login and its groups."""
    groups = (person.groups for person in directory.people if person.login == login)
    return frozenset({login}).union(*groups)


def writes(directory: Directory, login: str, share: Share) -> bool:
    """Tell whether a principal must be able to write on a share."""
    return bool(list_names(directory, login) & set(share.read_write))


def only_reads(directory: Directory, login: str, share: Share) -> bool:
    """Tell whether a principal must be able to read on a share, and no more."""
    names = list_names(directory, login)
    return bool(names & set(share.read_only)) and not names & set(share.read_write)

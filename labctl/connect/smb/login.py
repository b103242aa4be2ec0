"""Who to be on a file server; its library is imported when a connection is opened."""

from collections.abc import Mapping
from dataclasses import dataclass

from labctl.connect.base import Endpoint, Opener, Session
from labctl.core.deadline import Deadline
from labctl.core.secrets import Secret


@dataclass(frozen=True, slots=True)
class Login:
    """Who to be: an account, and its password or the NT hash (hexadecimal) of it."""

    account: str
    domain: str
    password: Secret | None = None
    nt_hash: Secret | None = None


def trying_as(logins: Mapping[str, Login | None]) -> Opener:
    """Return what opens a visit to a file server that is tried as each of these principals."""

    def open_session(endpoint: Endpoint, deadline: Deadline) -> Session:
        from labctl.connect.smb.trials import open_smb

        return open_smb(endpoint, logins, deadline)

    return open_session

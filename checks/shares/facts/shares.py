"""Shares of the NAS: tried by twin accounts, and read in its configuration."""

from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """What one right on one share came to."""

    ALLOWED = "permis"
    DENIED = "refusé"  # ACCESS_DENIED
    ABSENT = "absent"  # BAD_NETWORK_NAME: no such share
    UNTRIED = "non essayé"  # an earlier step was denied


@dataclass(frozen=True, slots=True)
class Trial:
    """What a twin of one principal may do on one share.

    ``principal`` is a login of the plan (a person or a service account); its twin has the same
    groups. ``read`` reads a file that labctl seeded, ``write`` creates, renames and deletes one.
    """

    principal: str
    share: str
    connect: Access
    read: Access
    write: Access


@dataclass(frozen=True, slots=True)
class ShareAccess:
    """The matrix principal × share.

    ``missing`` are principals that could not be given a twin because the account does not exist.
    """

    trials: tuple[Trial, ...]
    missing: frozenset[str]

    def trial(self, principal: str, share: str) -> Trial | None:
        """Return one cell of the matrix, None when the principal has no account."""
        for trial in self.trials:
            if (trial.principal, trial.share) == (principal, share):
                return trial
        return None


@dataclass(frozen=True, slots=True)
class ShareListing:
    """The names of the shares that are listed to an ordinary user.

    A fact of its own: a Samba starts a family of processes to answer it, which costs as much as
    all trials together.
    """

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class ShareDefinition:
    """One share in the NAS's configuration."""

    name: str
    path: str
    guest_ok: bool
    everyone: bool  # S-1-1-0 (Everyone) or S-1-5-7 (anonymous), in share or folder ACL


@dataclass(frozen=True, slots=True)
class ShareDefinitions:
    """Shares by name (upper case), administrative ones left out."""

    shares: dict[str, ShareDefinition]
    oldest: str = ""  # server min protocol of Samba; empty where it is not known

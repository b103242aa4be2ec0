"""Local accounts of a Windows workstation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocalUser:
    """A local account; the built-in ones are known by their RID: 500, 501."""

    name: str
    rid: int
    enabled: bool


@dataclass(frozen=True, slots=True)
class LocalUsers:
    """Every local account."""

    users: tuple[LocalUser, ...]

"""Objects of the directory, read over LDAPS in one connection."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DomainPolicy:
    """Password and lock-out policy of the domain head."""

    min_length: int
    complexity: bool  # pwdProperties bit 0x1
    history: int
    max_age_days: int  # 0: never expires
    lockout_threshold: int
    lockout_minutes: int


@dataclass(frozen=True, slots=True)
class OrgUnits:
    """DNs of all organizational units."""

    dns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Account:
    """One user account; empty string for an absent attribute."""

    dn: str
    login: str
    given_name: str
    surname: str
    display_name: str
    title: str
    mail: str
    upn: str
    enabled: bool  # userAccountControl bit 0x2 clear
    never_expires: bool  # bit 0x10000
    must_change: bool  # pwdLastSet = 0
    password_changed: bool  # pwdLastSet later than whenCreated (with a margin)
    groups: frozenset[str]  # sAMAccountName of the groups it is in, nested included


@dataclass(frozen=True, slots=True)
class Accounts:
    """User accounts by login, lower case."""

    users: dict[str, Account]


@dataclass(frozen=True, slots=True)
class Group:
    """One group."""

    dn: str
    group_type: int  # groupType: -2147483646 is a global security group
    members: frozenset[str]  # logins, nested included
    direct_members: frozenset[str]  # logins or group names


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups by sAMAccountName."""

    groups: dict[str, Group]


@dataclass(frozen=True, slots=True)
class Computers:
    """Computer accounts: name without $, upper case → DN."""

    dns: dict[str, str]


@dataclass(frozen=True, slots=True)
class Leaver:
    """The account of the person who left, found by the GUID noted when the bench was built."""

    exists: bool
    dn: str
    enabled: bool
    groups: frozenset[str]  # direct memberOf, sAMAccountName


@dataclass(frozen=True, slots=True)
class DirectoryChanges:
    """What changed in the directory since the bench was built (uSNChanged), labctl's own left out.

    An object made and deleted since then is in neither set: correcting one's own work is no damage.
    """

    changed: frozenset[str]  # DNs of live objects
    deleted: frozenset[str]  # last known names of objects that existed when the bench was built

"""Who is an administrator of a Windows workstation, by SID."""

from collections.abc import Mapping
from dataclasses import dataclass

from checks.directory.demand import Directory
from labctl.api import (
    NodeName,
    NotUnderstood,
    Plan,
    Reading,
    _,
    ask,
    ask_cim,
    fact,
    flag_of,
    read_instances,
    reference_of,
    text_of,
)

ADMINISTRATORS = "S-1-5-32-544"
LOCAL = "LocalAccount = TRUE"


@dataclass(frozen=True, slots=True)
class Member:
    r"""A member of the local administrators: ``DOMAIN\name``, its SID, and whether it is local."""

    name: str
    sid: str  # empty: nobody knows it any more
    is_local: bool

    @property
    def rid(self) -> int:
        """Return the last number of the SID: 500 is the built-in administrator, -1 unknown."""
        last = self.sid.rpartition("-")[2]
        return int(last) if last.isascii() and last.isdigit() else -1


@dataclass(frozen=True, slots=True)
class Administrators:
    """The members of the group whose SID is S-1-5-32-544, whatever its name."""

    members: tuple[Member, ...]


@fact(Administrators, kind="windows")
def from_windows(plan: Plan, at: NodeName) -> Reading[Administrators]:
    """Find the group by its SID, then its members (Microsoft, "Win32_GroupUser class").

    Accounts without the condition would be those of the whole domain. Its groups are needed: only
    they tell the SID of one of them that is an administrator.
    """
    names = ("Domain", "Name", "SID", "LocalAccount")
    those = f"{LOCAL} OR Domain = '{plan.demand(Directory).netbios}'"
    groups, accounts, memberships = yield from ask(
        ask_cim(at, "Win32_Group", *names, where=those),
        ask_cim(at, "Win32_UserAccount", *names, where=LOCAL),
        ask_cim(at, "Win32_GroupUser", "GroupComponent", "PartComponent"),
    )
    known = {
        _key(one): Member(
            rf"{text_of(one, 'Domain')}\{text_of(one, 'Name')}",
            text_of(one, "SID"),
            is_local=flag_of(one, "LocalAccount"),
        )
        for one in (*read_instances(groups), *read_instances(accounts))
    }
    wanted = [key for key, member in known.items() if member.sid == ADMINISTRATORS]
    if len(wanted) != 1:
        raise NotUnderstood(
            _("%(what)s : pas de groupe %(sid)s")
            % {"what": groups.question.text, "sid": ADMINISTRATORS}
        )
    members = (
        reference_of(link, "PartComponent")
        for link in read_instances(memberships)
        if _key(reference_of(link, "GroupComponent")) == wanted[0]
    )
    return Administrators(tuple(known.get(_key(one), _stranger(one)) for one in members))


def _key(account: Mapping[str, object]) -> tuple[str, str]:
    return str(account.get("Domain", "")).casefold(), str(account.get("Name", "")).casefold()


def _stranger(account: Mapping[str, object]) -> Member:
    return Member(rf"{account.get('Domain', '')}\{account.get('Name', '')}", "", is_local=False)

"""Local accounts of a Windows workstation."""

import re
from dataclasses import dataclass

from labctl.api import (
    Instance,
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
    text_of,
)


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


_SID = re.compile(r"S-1-5-21(?:-[0-9]{1,10}){3}-([0-9]{1,10})")


@fact(LocalUsers, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[LocalUsers]:
    """Read them; a Windows always has its built-in ones (Microsoft, "Win32_UserAccount class").

    Without the condition a member of a domain would list the whole domain.
    """
    names = ("Name", "SID", "Disabled")
    (answer,) = yield from ask(
        ask_cim(at, "Win32_UserAccount", *names, where="LocalAccount = TRUE")
    )
    users = tuple(_user(one) for one in read_instances(answer))
    if not users:
        raise NotUnderstood(_("%(what)s : aucun compte") % {"what": answer.question.text})
    return LocalUsers(users)


def _user(instance: Instance) -> LocalUser:
    sid = _SID.fullmatch(text_of(instance, "SID"))
    if sid is None:
        raise NotUnderstood(_("%(name)s n'a pas une valeur de son type") % {"name": "SID"})
    enabled = not flag_of(instance, "Disabled")
    return LocalUser(text_of(instance, "Name"), int(sid[1]), enabled)

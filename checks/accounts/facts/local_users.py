"""Local accounts of a Windows workstation."""

import re
from dataclasses import dataclass

from labctl.api import (
    Answer,
    Instance,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    _,
    ask_cim,
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


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for them; without the condition a member would list its whole domain."""
    where = "LocalAccount = TRUE"
    return (
        ask_cim(plan.workstation.node, "Win32_UserAccount", "Name", "SID", "Disabled", where=where),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> LocalUsers:
    """Read them; a Windows always has its built-in ones."""
    users = tuple(_user(one) for one in read_instances(answers[0]))
    if not users:
        raise NotUnderstood(_("%(what)s : aucun compte") % {"what": answers[0].question.text})
    return LocalUsers(users)


def _user(instance: Instance) -> LocalUser:
    sid = _SID.fullmatch(text_of(instance, "SID"))
    if sid is None:
        raise NotUnderstood(_("%(name)s n'a pas une valeur de son type") % {"name": "SID"})
    enabled = not flag_of(instance, "Disabled")
    return LocalUser(text_of(instance, "Name"), int(sid[1]), enabled)


PROBE = Probe(LocalUsers, ask, parse)

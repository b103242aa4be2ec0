"""CIM classes of local accounts: the people of /etc/passwd, beside the built-in ones of a Windows.

A person has a number from 1000 on; relative identifiers are numbered as Samba numbers them. Who is
in ``sudo`` is an administrator of the machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labwindows.machine import Machine
from labwindows.real.over import lay_over
from labwindows.scenario import Told
from labwindows.values import Instance, Value

DOMAIN = "SIMULATION"
LOCAL_SID = "S-1-5-21-1000000001-2000000002-3000000003"
ADMINISTRATORS, USERS = "S-1-5-32-544", "S-1-5-32-545"
_PEOPLE = range(1000, 60000)
_LOCKED = ("!", "*")
_NO_SHELL = ("nologin", "false")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the machine."""

    name: str
    number: int
    full_name: str
    is_disabled: bool
    has_password: bool


def users(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_UserAccount."""
    return lay_over(map(_user, read_people(machine)), told, "Name")


def groups(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_Group: those that somebody made."""
    people = {one.name for one in read_people(machine)}
    made = (
        _account(name, 2 * int(number) + 1001) | {"SIDType": 4}
        for name, number, _members in _read_groups(machine)
        if int(number) in _PEOPLE and name not in people
    )
    return lay_over(made, told, "Name")


def memberships(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_GroupUser: the administrators, and everybody among the users."""
    real = [
        *(("Administrateurs", name) for name in _read_members(machine, "sudo")),
        *(("Utilisateurs", one.name) for one in read_people(machine)),
    ]
    links = [Told({"GroupComponent": _path("Win32_Group", group),
                   "PartComponent": _path("Win32_UserAccount", name)})
             for group, name in real]  # fmt: skip
    known = [link.properties for link in links]
    return links + [one for one in told if one.properties not in known]


def read_people(machine: Machine) -> tuple[Person, ...]:
    """Return the people of /etc/passwd, in its order."""
    proofs = {words[0]: words[1] for words in _lines(machine, "/etc/shadow", 2)}
    return tuple(
        Person(
            name=name,
            number=int(number),
            full_name=gecos.partition(",")[0],
            is_disabled=proofs.get(name, "!").startswith(_LOCKED) or shell.endswith(_NO_SHELL),
            has_password=bool(proofs.get(name, "!")),
        )
        for name, _x, number, _group, gecos, _home, shell in _lines(machine, "/etc/passwd", 7)
        if number.isdecimal() and int(number) in _PEOPLE
    )


def _user(person: Person) -> Instance:
    return _account(person.name, 2 * person.number + 1000) | {
        "AccountType": 512,
        "Disabled": person.is_disabled,
        "FullName": person.full_name,
        "Lockout": False,
        "PasswordRequired": person.has_password,
    }


def _account(name: str, rid: int) -> dict[str, Value]:
    sid = f"{LOCAL_SID}-{rid}"
    return {"Domain": DOMAIN, "LocalAccount": True, "Name": name, "SID": sid}


def _read_members(machine: Machine, group: str) -> tuple[str, ...]:
    found = (members for name, _number, members in _read_groups(machine) if name == group)
    return next(found, ())


def _read_groups(machine: Machine) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for name, _x, number, members in _lines(machine, "/etc/group", 4):
        if number.isdecimal():
            yield name, number, tuple(filter(None, members.split(",")))


def _path(kind: str, account: str) -> str:
    r"""Return the path of an account; ``MOANA\name`` is one of a domain."""
    domain, _slash, name = account.rpartition("\\")
    return f'\\\\{DOMAIN}\\root\\cimv2:{kind}.Domain="{domain or DOMAIN}",Name="{name}"'


def _lines(machine: Machine, path: str, count: int) -> Iterator[list[str]]:
    """Yield the fields of each line that has enough of them."""
    for line in machine.read(path).splitlines():
        words = line.split(":")
        if len(words) >= count and words[0]:
            yield words[:count]

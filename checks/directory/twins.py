"""Twins: accounts with the groups of a person, made to try the shares in their place.

A person's password is not ours to know, and a wrong one could lock the account. A twin has a
random password, the same groups and a description that says what it is, and lives as long as the
trials. What a killed run left is swept by the next, which asks again what showed it. A service
account has rights in its own name, which no twin would have: it is tried as itself, with what NTLM
derives from its password, read on the domain controller by its administrator.
"""

import base64
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from checks.directory.demand import Directory
from labctl.api import (
    Answer,
    ConnectError,
    Deadline,
    DirectorySession,
    Login,
    Question,
    Secret,
    Shell,
    Transport,
    _,
    draw,
    encode_password,
    escape,
)

PREFIX = "labctl-j-"
DESCRIPTION = "labctl : compte jumeau temporaire"
_NORMAL_ACCOUNT = 0x200
_ATTRIBUTES = ("sAMAccountName", "memberOf", "primaryGroupID", "objectSid", "description")
_DOMAIN_USERS = "513"
_LDBSEARCH, _DATABASE = "/usr/bin/ldbsearch", "/var/lib/samba/private/sam.ldb"
_CLEANING_S = 5.0


@dataclass(frozen=True, slots=True)
class Original:
    """An account of the directory, and what decides its rights."""

    dn: str
    groups: frozenset[str]  # DNs


@contextmanager
def lend_identities(
    asked: Directory,
    directory: DirectorySession,
    shell: Shell | None,
    logins: Iterable[str],
    deadline: Deadline,
) -> Iterator[dict[str, Login | None]]:
    """Yield who to be for each login, None for one without account; twins are removed at the end.

    Raises ConnectError when the directory refuses.
    """
    wanted = sorted(set(logins))
    services = [login for login in wanted if login in asked.services]
    found, leftovers = _read_accounts(asked, directory, wanted, deadline)
    _remove(directory, leftovers, deadline.patience)
    people = {login: person for login, person in found.items() if login not in services}
    nonce = secrets.token_hex(3)
    twins: dict[frozenset[str], tuple[str, Login]] = {}
    for person in people.values():
        if person.groups not in twins:
            name = f"{PREFIX}{nonce}-{len(twins):02d}"
            login = Login(name, asked.netbios, draw())
            twins[person.groups] = (f"CN={name},CN=Users,{asked.base_dn}", login)
    try:
        _create(asked, directory, twins, deadline)
        lent: dict[str, Login | None] = {login: None for login in wanted if login not in found}
        lent.update({login: twins[person.groups][1] for login, person in people.items()})
        lent.update(_read_services(asked, shell, [s for s in services if s in found], deadline))
        yield lent
    finally:
        _remove(directory, [dn for dn, _login in twins.values()], deadline.patience)


def are_in(answer: Answer) -> bool:
    """Tell whether an answer may show twins: what the directory itself says, and nothing else."""
    is_read = answer.question.transport is Transport.LDAP
    return is_read and PREFIX.encode() in answer.output


def sweep(asked: Directory, directory: DirectorySession, deadline: Deadline) -> bool:
    """Remove the twins that a killed run left; tell whether there were any.

    Raises ConnectError when the directory refuses.
    """
    _people, leftovers = _read_accounts(asked, directory, (), deadline)
    _remove(directory, leftovers, deadline.patience)
    return bool(leftovers)


def _read_accounts(
    asked: Directory, directory: DirectorySession, logins: Iterable[str], deadline: Deadline
) -> tuple[dict[str, Original], list[str]]:
    """Return the accounts of the logins, and the DNs of twins that a killed run left."""
    wanted = {login.lower(): login for login in logins}
    names = "".join(f"(sAMAccountName={escape(login)})" for login in wanted)
    body: dict[str, object] = {
        "base": asked.base_dn,
        "scope": "sub",
        "filter": f"(&(objectClass=user)(|{names}(sAMAccountName={PREFIX}*)))",
        "attributes": _ATTRIBUTES,
    }
    question = Question(asked.on, Transport.LDAP, "comptes à jumeler", body)
    code, entries = directory.search(question, deadline)
    if code != 0:
        raise ConnectError(_("l’annuaire refuse la lecture des comptes (code %d)") % code)
    found: dict[str, Original] = {}
    leftovers: list[str] = []
    for entry in entries:
        attributes = entry["attributes"]
        name = _first(attributes, "sAMAccountName").lower()
        if name in wanted:
            found[wanted[name]] = Original(str(entry["dn"]), read_groups(attributes))
        elif name.startswith(PREFIX) and _first(attributes, "description") == DESCRIPTION:
            leftovers.append(str(entry["dn"]))
    return found, leftovers


def read_groups(attributes: Mapping[str, list[str]]) -> frozenset[str]:
    """Return the groups of an account; its primary one by SID when it is not the usual one."""
    groups = frozenset(attributes.get("memberOf", ()))
    primary = _first(attributes, "primaryGroupID")
    domain = _first(attributes, "objectSid").rpartition("-")[0]
    if primary in {"", _DOMAIN_USERS} or not domain:
        return groups
    return groups | {f"<SID={domain}-{primary}>"}


def _create(
    asked: Directory,
    directory: DirectorySession,
    twins: Mapping[frozenset[str], tuple[str, Login]],
    deadline: Deadline,
) -> None:
    members: dict[str, list[str]] = {}
    for groups, (dn, login) in twins.items():
        password = login.password or draw()
        attributes = {
            "objectClass": ["top", "person", "organizationalPerson", "user"],
            "sAMAccountName": login.account,
            "userPrincipalName": f"{login.account}@{asked.domain}",
            "description": DESCRIPTION,
            "unicodePwd": encode_password(password),
            "userAccountControl": _NORMAL_ACCOUNT,
        }
        directory.add(dn, attributes, deadline)
        for group in groups:
            members.setdefault(group, []).append(dn)
    for group, dns in sorted(members.items()):
        directory.modify(group, [("member", "add", dns)], deadline)


def _remove(directory: DirectorySession, dns: Iterable[str], patience: float) -> None:
    """Delete twins, on time of its own; what cannot be removed now is swept by the next run."""
    deadline = Deadline.after(_CLEANING_S, patience=patience)
    for dn in dns:
        with suppress(ConnectError):
            directory.delete(dn, deadline)


def _read_services(
    asked: Directory, shell: Shell | None, logins: Iterable[str], deadline: Deadline
) -> dict[str, Login]:
    """Return the service accounts as themselves; those whose hash cannot be read are left out."""
    wanted = {login.lower(): login for login in logins}
    if shell is None or not wanted:
        return {}
    names = "".join(f"(sAMAccountName={escape(login)})" for login in wanted)
    argv = (_LDBSEARCH, "-H", _DATABASE, f"(|{names})", "sAMAccountName", "unicodePwd")
    lent = {}
    try:
        told = shell.run(argv, deadline).stdout
    except ConnectError:  # lost on the way: the people are tried all the same
        return {}
    for name, secret in parse_hashes(told):
        if name.lower() in wanted:
            login = wanted[name.lower()]
            lent[login] = Login(login, asked.netbios, nt_hash=secret)
    return lent


def parse_hashes(output: str) -> Iterator[tuple[str, Secret]]:
    """Yield the accounts of an LDIF text with their NT hash, in hexadecimal."""
    for block in output.split("\n\n"):
        name = re.search(r"^sAMAccountName: (\S+)$", block, re.MULTILINE)
        secret = re.search(r"^unicodePwd:: ([A-Za-z0-9+/]{22}==)$", block, re.MULTILINE)
        if name and secret:
            yield name[1], Secret(base64.b64decode(secret[1]).hex())


def _first(attributes: Mapping[str, Any], name: str) -> str:
    return next(iter(attributes.get(name, ())), "")

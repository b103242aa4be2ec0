"""Probes of the directory: one search gives the objects, and every fact reads it."""

from datetime import timedelta

from checks.directory.demand import Directory
from checks.directory.facts.changes import parse_changes, parse_leaver
from checks.directory.facts.entries import (
    Entry,
    instant_of_text,
    instant_of_ticks,
    one,
    read_entries,
    seconds,
)
from checks.directory.facts.memberships import Membership, link_members
from checks.directory.facts.objects import (
    Account,
    Accounts,
    Computers,
    DirectoryChanges,
    DomainPolicy,
    Group,
    Groups,
    Leaver,
    OrgUnits,
)
from labctl.api import Answer, Plan, Probe, Question, Transport, run_on

ATTRIBUTES = (
    "cn",
    "displayName",
    "gPLink",
    "givenName",
    "groupType",
    "lockoutDuration",
    "lockoutThreshold",
    "mail",
    "maxPwdAge",
    "member",
    "memberOf",
    "minPwdLength",
    "msFVE-VolumeGuid",
    "objectClass",
    "objectGUID",
    "primaryGroupID",
    "primaryGroupToken",
    "printShareName",
    "printerName",
    "pwdHistoryLength",
    "pwdLastSet",
    "pwdProperties",
    "sAMAccountName",
    "serverName",
    "sn",
    "title",
    "uNCName",
    "uSNChanged",
    "userAccountControl",
    "userPrincipalName",
    "whenCreated",
)
BASELINE = "/etc/labctl/baseline.json"
DISABLED = 0x2
NEVER_EXPIRES = 0x10000
COMPLEXITY = 0x1
CREATION_MARGIN = timedelta(seconds=60)
"""An account and its first password are not written in the same instant."""


def ask_objects(plan: Plan) -> tuple[Question, ...]:
    """Ask for every object of the domain, in one search."""
    asked = plan.demand(Directory)
    body: dict[str, object] = {
        "base": asked.base_dn,
        "scope": "sub",
        "filter": "(objectClass=*)",
        "attributes": ATTRIBUTES,
    }
    text = f"LDAP {asked.base_dn} (objectClass=*)"
    return (Question(asked.on, Transport.LDAP, text, body),)


def ask_leaver(plan: Plan) -> tuple[Question, ...]:
    """Ask for every object, and for what was noted when the bench was built."""
    return (*ask_objects(plan), run_on(plan.demand(Directory).on, "/usr/bin/cat", BASELINE))


def ask_changes(plan: Plan) -> tuple[Question, ...]:
    """Ask besides for what changed in the accounts of the system."""
    asked = plan.demand(Directory)
    body: dict[str, object] = {
        "base": asked.base_dn,
        "scope": "sub",
        "filter": "(&(objectCategory=person)(isCriticalSystemObject=TRUE))",
        "attributes": ("replPropertyMetaData",),
    }
    text = "LDAP (isCriticalSystemObject=TRUE) replPropertyMetaData"
    return (*ask_leaver(plan), Question(asked.on, Transport.LDAP, text, body))


def read_policy(plan: Plan, answers: tuple[Answer, ...]) -> DomainPolicy:
    """Read the policy on the head of the domain."""
    head = one(read_entries(answers[0]), plan.demand(Directory).base_dn)
    return DomainPolicy(
        min_length=head.number("minPwdLength"),
        complexity=bool(head.number("pwdProperties") & COMPLEXITY),
        history=head.number("pwdHistoryLength"),
        max_age_days=seconds(head.number("maxPwdAge")) // 86400,
        lockout_threshold=head.number("lockoutThreshold"),
        lockout_minutes=seconds(head.number("lockoutDuration")) // 60,
    )


def read_objects(plan: Plan, answer: Answer) -> tuple[Entry, ...]:
    """Read the objects, sure that the domain's head is among them: nothing was hidden."""
    entries = read_entries(answer)
    one(entries, plan.demand(Directory).base_dn)
    return entries


def read_org_units(plan: Plan, answers: tuple[Answer, ...]) -> OrgUnits:
    """Keep the names of the organizational units."""
    entries = read_objects(plan, answers[0])
    return OrgUnits(frozenset(entry.dn for entry in entries if entry.is_a("organizationalUnit")))


def read_accounts(plan: Plan, answers: tuple[Answer, ...]) -> Accounts:
    """Read every account of a person or a service."""
    entries = read_objects(plan, answers[0])
    membership = link_members(entries)
    users = (entry for entry in entries if entry.is_a("user") and not entry.is_a("computer"))
    return Accounts(
        {user.text("sAMAccountName").lower(): _account(user, membership) for user in users}
    )


def read_groups(plan: Plan, answers: tuple[Answer, ...]) -> Groups:
    """Read every group."""
    entries = read_objects(plan, answers[0])
    membership = link_members(entries)
    groups = (entry for entry in entries if entry.is_a("group"))
    return Groups({group.text("sAMAccountName"): _group(group, membership) for group in groups})


def read_computers(plan: Plan, answers: tuple[Answer, ...]) -> Computers:
    """Read every computer account."""
    computers = (entry for entry in read_objects(plan, answers[0]) if entry.is_a("computer"))
    return Computers(
        {entry.text("sAMAccountName").removesuffix("$").upper(): entry.dn for entry in computers}
    )


def read_leaver(plan: Plan, answers: tuple[Answer, ...]) -> Leaver:
    """Find the account of the person who left."""
    return parse_leaver(read_objects(plan, answers[0]), answers[1])


def read_changes(plan: Plan, answers: tuple[Answer, ...]) -> DirectoryChanges:
    """Compare with what was noted when the bench was built."""
    objects, baseline, system = answers
    return parse_changes(plan, read_objects(plan, objects), baseline, read_entries(system))


def _account(user: Entry, membership: Membership) -> Account:
    flags = user.number("userAccountControl")
    last_set = user.number("pwdLastSet")
    return Account(
        dn=user.dn,
        login=user.text("sAMAccountName"),
        given_name=user.text("givenName"),
        surname=user.text("sn"),
        display_name=user.text("displayName"),
        title=user.text("title"),
        mail=user.text("mail"),
        upn=user.text("userPrincipalName"),
        enabled=not flags & DISABLED,
        never_expires=bool(flags & NEVER_EXPIRES),
        must_change=last_set == 0,
        password_changed=_is_later(last_set, user.text("whenCreated")),
        groups=membership.groups_of(user),
    )


def _is_later(ticks: int, created: str) -> bool:
    changed, made = instant_of_ticks(ticks), instant_of_text(created)
    return changed is not None and made is not None and changed > made + CREATION_MARGIN


def _group(group: Entry, membership: Membership) -> Group:
    return Group(
        dn=group.dn,
        group_type=group.number("groupType"),
        members=membership.members_of(group),
        direct_members=membership.direct_members_of(group),
    )


POLICY = Probe(DomainPolicy, ask_objects, read_policy)
ORG_UNITS = Probe(OrgUnits, ask_objects, read_org_units)
ACCOUNTS = Probe(Accounts, ask_objects, read_accounts)
GROUPS = Probe(Groups, ask_objects, read_groups)
COMPUTERS = Probe(Computers, ask_objects, read_computers)
LEAVER = Probe(Leaver, ask_leaver, read_leaver)
CHANGES = Probe(DirectoryChanges, ask_changes, read_changes)

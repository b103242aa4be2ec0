"""What a directory and its shares give, of a solved bench and of an untouched one."""

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
from checks.group_policy.facts.links import GpoLink, GpoLinks
from checks.shares.facts.shares import (
    Access,
    ShareAccess,
    ShareDefinition,
    ShareDefinitions,
    Trial,
)
from labctl.plan.model import Plan

GLOBAL_SECURITY = -2147483646


def solved_directory(plan: Plan) -> tuple[object, ...]:
    """Return the facts of a directory where everything asked is done."""
    directory = plan.directory
    policy = directory.policy
    users = {person.login: _account(plan, person.login) for person in directory.people}
    services = {login: _service(plan, login) for login in directory.service_accounts}
    leaver_dn = f"CN={directory.leaver.display_name},{directory.ou_dn(directory.leaver_ou)}"
    computer = f"CN={plan.workstation.hostname},{directory.ou_dn(plan.workstation.ou)}"
    ous = frozenset({directory.root_ou, *map(directory.ou_dn, directory.ous)})
    accounts = users | services
    return (
        DomainPolicy(
            policy.min_length,
            policy.complexity,
            policy.history,
            policy.max_age_days,
            policy.lockout_threshold,
            policy.lockout_minutes,
        ),
        OrgUnits(ous),
        Accounts(accounts),
        Groups({name: _group(plan, name) for name in directory.groups}),
        Computers({plan.workstation.hostname.upper(): computer}),
        GpoLinks(
            tuple(GpoLink(gpo.name, gpo.link_to, 0) for gpo in directory.gpos),
            frozenset(gpo.name for gpo in directory.gpos),
        ),
        Leaver(exists=True, dn=leaver_dn, enabled=False, groups=frozenset()),
        DirectoryChanges(
            frozenset(
                {
                    *ous,
                    *(account.dn for account in accounts.values()),
                    computer,
                    leaver_dn,
                    directory.base_dn,
                }
            ),
            frozenset(),
        ),
    )


def untouched_directory(plan: Plan) -> tuple[object, ...]:
    """Return the facts of a domain that was only just made."""
    base = plan.directory.base_dn
    leaver = plan.directory.leaver
    return (
        DomainPolicy(7, True, 24, 42, 0, 30),  # what a new domain has
        OrgUnits(frozenset({f"OU=Domain Controllers,{base}"})),
        Accounts({}),
        Groups({}),
        Computers({plan.files.hostname.upper(): f"CN={plan.files.hostname},CN=Computers,{base}"}),
        GpoLinks((), frozenset(gpo.name for gpo in plan.directory.gpos)),
        Leaver(
            exists=True,
            dn=f"CN={leaver.display_name},CN=Users,{base}",
            enabled=True,
            groups=frozenset({"GG_ANCIEN"}),
        ),
        DirectoryChanges(frozenset(), frozenset()),
    )


def solved_shares(plan: Plan) -> tuple[object, ...]:
    """Return what each may do on the shares, as it was asked."""
    shares = plan.files.shares
    groups = {person.login: person.groups for person in plan.directory.people}
    trials = []
    for login in _principals(plan):
        names = {login, *groups.get(login, ())}
        for share in shares:
            access = (Access.DENIED, Access.UNTRIED, Access.UNTRIED)
            if names & share.read_only:
                access = (Access.ALLOWED, Access.ALLOWED, Access.DENIED)
            if names & share.read_write:
                access = (Access.ALLOWED, Access.ALLOWED, Access.ALLOWED)
            trials.append(Trial(login, share.name, *access))
    hidden = {share.name for share in shares if share.name.endswith("$")}
    return (
        ShareAccess(tuple(trials), frozenset(), frozenset(share.name for share in shares) - hidden),
        ShareDefinitions(
            {
                share.name.upper(): ShareDefinition(
                    share.name, f"/srv/{share.name}", guest_ok=False, everyone=False
                )
                for share in shares
            }
        ),
    )


def untouched_shares(plan: Plan) -> tuple[object, ...]:
    """Return that there is no share, and nobody to try one."""
    return ShareAccess((), frozenset(_principals(plan)), frozenset()), ShareDefinitions({})


def _account(plan: Plan, login: str) -> Account:
    person = next(person for person in plan.directory.people if person.login == login)
    return Account(
        dn=f"CN={person.display_name},{plan.directory.ou_dn(person.ou)}",
        login=login,
        given_name=person.given_name,
        surname=person.surname,
        display_name=person.display_name,
        title=person.title,
        mail=person.upn,
        upn=person.upn,
        enabled=True,
        never_expires=False,
        must_change=True,
        password_changed=False,
        groups=frozenset({*person.groups, "Domain Users"}),
    )


def _service(plan: Plan, login: str) -> Account:
    unit = plan.directory.ou_dn(plan.directory.service_accounts[login])
    empty = dict.fromkeys(("given_name", "surname", "display_name", "title", "mail", "upn"), "")
    return Account(
        dn=f"CN={login},{unit}",
        login=login,
        **empty,
        enabled=True,
        never_expires=True,
        must_change=False,
        password_changed=True,
        groups=frozenset({"Domain Users"}),
    )


def _group(plan: Plan, name: str) -> Group:
    members = frozenset(person.login for person in plan.directory.people if name in person.groups)
    return Group(f"CN={name},{plan.directory.ou_dn('Groupes')}", GLOBAL_SECURITY, members, members)


def _principals(plan: Plan) -> tuple[str, ...]:
    people = (person.login for person in plan.directory.people)
    return (*people, *sorted(plan.directory.service_accounts))

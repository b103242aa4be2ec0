"""What a directory and its shares give, of a solved bench and of an untouched one."""

from checks.directory.demand import Directory
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
from checks.group_policy.demand import Policies
from checks.group_policy.facts.links import GpoLink, GpoLinks
from checks.joining.demand import Joining
from checks.shares.demand import Shares
from checks.shares.facts.shares import (
    Access,
    ShareAccess,
    ShareDefinition,
    ShareDefinitions,
    ShareListing,
    Trial,
)
from labctl.plan.model import Plan

GLOBAL_SECURITY = -2147483646


def solved_directory(plan: Plan) -> tuple[object, ...]:
    """Return the facts of a directory where everything asked is done."""
    directory = plan.demand(Directory)
    policy, gpos = directory.policy, plan.demand(Policies).gpos
    users = {person.login: _account(plan, person.login) for person in directory.people}
    services = {login: _service(plan, login) for login in directory.services}
    leaver_dn = f"CN={directory.leaver.display_name},{directory.ou_dn(directory.departure.move_to)}"
    computer = f"CN={plan.desks[0].hostname},{directory.ou_dn(plan.demand(Joining).ou)}"
    ous = frozenset({directory.root_ou, *map(directory.ou_dn, directory.ous)})
    accounts = users | services
    return (
        DomainPolicy(
            policy.min_length,
            policy.complexity,
            policy.history,
            policy.max_age_days,
            policy.lockout.threshold,
            policy.lockout.minutes,
        ),
        OrgUnits(ous),
        Accounts(accounts),
        Groups({group.name: _group(plan, group.name) for group in directory.groups}),
        Computers({plan.desks[0].hostname.upper(): computer}),
        GpoLinks(
            tuple(GpoLink(gpo.name, f"{gpo.unit}{directory.root_ou}", 0) for gpo in gpos),
            frozenset(gpo.name for gpo in gpos),
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
    base = plan.demand(Directory).base_dn
    leaver = plan.demand(Directory).leaver
    server = plan.nodes[plan.demand(Shares).on].hostname
    return (
        DomainPolicy(7, True, 24, 42, 0, 30),  # what a new domain has
        OrgUnits(frozenset({f"OU=Domain Controllers,{base}"})),
        Accounts({}),
        Groups({}),
        Computers({server.upper(): f"CN={server},CN=Computers,{base}"}),
        GpoLinks((), frozenset(gpo.name for gpo in plan.demand(Policies).gpos)),
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
    shares = plan.demand(Shares).shares
    groups = {person.login: person.groups for person in plan.demand(Directory).people}
    trials = []
    for login in _principals(plan):
        names = {login, *groups.get(login, ())}
        for share in shares:
            access = (Access.DENIED, Access.UNTRIED, Access.UNTRIED)
            if names & set(share.read_only):
                access = (Access.ALLOWED, Access.ALLOWED, Access.DENIED)
            if names & set(share.read_write):
                access = (Access.ALLOWED, Access.ALLOWED, Access.ALLOWED)
            trials.append(Trial(login, share.name, *access))
    hidden = {share.name for share in shares if share.name.endswith("$")}
    return (
        ShareAccess(tuple(trials), frozenset()),
        ShareListing(frozenset(share.name for share in shares) - hidden),
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
    return (
        ShareAccess((), frozenset(_principals(plan))),
        ShareListing(frozenset()),
        ShareDefinitions({}),
    )


def _account(plan: Plan, login: str) -> Account:
    person = next(person for person in plan.demand(Directory).people if person.login == login)
    return Account(
        dn=f"CN={person.display_name},{plan.demand(Directory).ou_dn(person.ou)}",
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
    directory = plan.demand(Directory)
    (unit,) = (one.ou for one in directory.service_accounts if one.name == login)
    empty = dict.fromkeys(("given_name", "surname", "display_name", "title", "mail", "upn"), "")
    return Account(
        dn=f"CN={login},{directory.ou_dn(unit)}",
        login=login,
        **empty,
        enabled=True,
        never_expires=True,
        must_change=False,
        password_changed=True,
        groups=frozenset({"Domain Users"}),
    )


def _group(plan: Plan, name: str) -> Group:
    members = frozenset(
        person.login for person in plan.demand(Directory).people if name in person.groups
    )
    return Group(
        f"CN={name},{plan.demand(Directory).ou_dn('Groupes')}", GLOBAL_SECURITY, members, members
    )


def _principals(plan: Plan) -> tuple[str, ...]:
    people = (person.login for person in plan.demand(Directory).people)
    return (*people, *sorted(plan.demand(Directory).services))

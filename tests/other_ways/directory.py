"""Another way to fill the directory: samba-tool, one command for each line of the request."""

from collections.abc import Iterator
from shlex import join

from checks.directory.demand import Directory, Person
from checks.group_policy.demand import Policies
from labctl.plan.model import Plan
from tests.other_ways import ldif

ADMINISTRATOR = """python3 -c 'import json
print(json.load(open("/etc/labctl/secrets.json"))["domain_admin_password"])'"""
"""How the password of the administrator is read where it is known."""


def script(plan: Plan) -> str:
    """Return what is typed on the domain controller."""
    return "\n".join(
        (
            *_policy(plan),
            *_units(plan),
            *_groups(plan),
            *_people(plan),
            *_services(plan),
            *_leaver(plan),
            *_links(plan),
            _printer(plan),
        )
    )


def _tool(*words: str) -> str:
    return join(("samba-tool", *words)) + " > /dev/null"


def _below(plan: Plan, name: str) -> str:
    """Return a unit as samba-tool takes it: without the domain."""
    return plan.demand(Directory).ou_dn(name).removesuffix(f",{plan.demand(Directory).base_dn}")


def _policy(plan: Plan) -> Iterator[str]:
    policy = plan.demand(Directory).policy
    yield _tool(
        *("domain", "passwordsettings", "set"),
        f"--min-pwd-length={policy.min_length}",
        f"--complexity={'on' if policy.complexity else 'off'}",
        f"--history-length={policy.history}",
        f"--max-pwd-age={policy.max_age_days}",
        f"--account-lockout-threshold={policy.lockout.threshold}",
        f"--account-lockout-duration={policy.lockout.minutes}",
        f"--reset-account-lockout-after={policy.lockout.minutes}",
    )


def _units(plan: Plan) -> Iterator[str]:
    yield _tool("ou", "create", plan.demand(Directory).root_ou)
    for name in sorted(plan.demand(Directory).ous):
        yield _tool("ou", "create", plan.demand(Directory).ou_dn(name))


def _groups(plan: Plan) -> Iterator[str]:
    """Groups in the unit of the company itself, described."""
    place = plan.demand(Directory).root_ou.removesuffix(f",{plan.demand(Directory).base_dn}")
    for name in sorted(group.name for group in plan.demand(Directory).groups):
        yield _tool("group", "add", name, f"--groupou={place}", f"--description=Service {name}")


def _people(plan: Plan) -> Iterator[str]:
    """Accounts named by their login, of people who also have a description."""
    for person in plan.demand(Directory).people:
        yield _person(plan, person)
        for group in sorted(person.groups):
            yield _tool("group", "addmembers", group, person.login)


def _person(plan: Plan, person: Person) -> str:
    return (
        _tool(
            *("user", "add", person.login, "--random-password", "--must-change-at-next-login"),
            f"--userou={_below(plan, person.ou)}",
            f"--given-name={person.given_name}",
            f"--surname={person.surname}",
            f"--job-title={person.title}",
            f"--mail-address={person.upn}",
            f"--company={plan.company}",
            "--use-username-as-cn",
        )
        + "\n"
        + _tool("user", "rename", person.login, f"--upn={person.upn}")
    )


def _services(plan: Plan) -> Iterator[str]:
    for login, unit in sorted(
        (one.name, one.ou) for one in plan.demand(Directory).service_accounts
    ):
        yield _tool("user", "add", login, "--random-password", f"--userou={_below(plan, unit)}")
        yield _tool("user", "setexpiry", login, "--noexpiry")


def _leaver(plan: Plan) -> Iterator[str]:
    login = plan.demand(Directory).leaver.login
    yield _tool("user", "disable", login)
    named = f"samba-tool user getgroups {login} | grep -vx 'Domain Users'"
    remove = f'samba-tool group removemembers "$group" {login} > /dev/null'
    yield f"{named} | while read -r group; do {remove}; done"
    yield _tool(
        "user",
        "move",
        login,
        plan.demand(Directory).ou_dn(plan.demand(Directory).departure.move_to),
    )


def _links(plan: Plan) -> Iterator[str]:
    """Links are made over LDAP, by somebody."""
    yield f"PASSWORD=$({ADMINISTRATOR})"
    for gpo in plan.demand(Policies).gpos:
        named = f"samba-tool gpo listall | grep -B1 'display name : {gpo.name}$'"
        yield f"policy=$({named} | sed -n 's/^GPO  *: //p')"
        target = join((f"{gpo.unit}{plan.demand(Directory).root_ou}",))
        yield f'samba-tool gpo setlink {target} "$policy" -U "Administrator%$PASSWORD" > /dev/null'


def _printer(plan: Plan) -> str:
    """The printer is shared by the controller, whose spooler publishes it."""
    server = plan.nodes[plan.demand(Directory).on].hostname
    lines = "\n".join(ldif.published(plan, server=server))
    return f"ldbadd -H {ldif.DATABASE} <<'END' > /dev/null\n{lines}\nEND"

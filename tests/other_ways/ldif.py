"""Another way to fill the directory: LDIF, three files for the domain controller's own tools."""

import base64
import secrets
from collections.abc import Iterator
from uuid import uuid4

from checks.directory.demand import Directory, Person
from checks.group_policy.demand import Policies
from checks.printing.demand import Printing
from checks.protection.demand import Protection
from labctl.plan.model import Plan

DATABASE = "/var/lib/samba/private/sam.ldb"
GLOBAL_SECURITY = -2147483646
ENABLED, DISABLED = 512, 514
SECOND = 10_000_000
Lines = Iterator[str]


def script(plan: Plan) -> str:
    """Return what is typed on the domain controller."""
    return f"""
ldbadd -H {DATABASE} <<'END' > /dev/null
{_text(_units(plan), _people(plan), _services(plan), _groups(plan), published(plan))}
END
ldbmodify -H {DATABASE} <<'END' > /dev/null
{_text(_policy(plan), _disabled(plan))}
END
{_without_groups(plan)}
{_links(plan)}
"""


def _text(*parts: Lines) -> str:
    return "\n".join(line for part in parts for line in part)


def _units(plan: Plan) -> Lines:
    directory = plan.demand(Directory)
    for dn in (directory.root_ou, *map(directory.ou_dn, sorted(directory.ous))):
        yield from (f"dn: {dn}", "objectClass: organizationalUnit", "description: labo", "")


def _people(plan: Plan) -> Lines:
    """Names are written in Unicode, so in base 64; the password comes with the account."""
    for person in plan.demand(Directory).people:
        yield f"dn:: {_base64(_dn(plan, person))}"
        yield from ("objectClass: user", f"sAMAccountName: {person.login}")
        yield from (f"userPrincipalName: {person.upn}", f"mail: {person.upn}")
        yield f"givenName:: {_base64(person.given_name)}"
        yield f"sn:: {_base64(person.surname)}"
        yield f"displayName:: {_base64(person.display_name)}"
        yield f"title:: {_base64(person.title)}"
        yield from (f"unicodePwd:: {_password()}", "pwdLastSet: 0", *_enabled())


def _services(plan: Plan) -> Lines:
    for login, unit in sorted(
        (one.name, one.ou) for one in plan.demand(Directory).service_accounts
    ):
        yield from (f"dn: CN={login},{plan.demand(Directory).ou_dn(unit)}", "objectClass: user")
        yield from (f"sAMAccountName: {login}", f"unicodePwd:: {_password()}", *_enabled())


def _enabled() -> Lines:
    yield from (f"userAccountControl: {ENABLED}", "")


def _groups(plan: Plan) -> Lines:
    for name in sorted(group.name for group in plan.demand(Directory).groups):
        yield from (f"dn: CN={name},{plan.demand(Directory).root_ou}", "objectClass: group")
        yield from (f"sAMAccountName: {name}", f"groupType: {GLOBAL_SECURITY}")
        for person in plan.demand(Directory).people:
            if name in person.groups:
                yield f"member:: {_base64(_dn(plan, person))}"
        yield ""


def published(plan: Plan, *, server: str = "") -> Lines:
    """Publish the printer as the spooler of a print server does: under its computer account.

    Without a server, as a console does: below the unit of the company, on the printer itself.
    """
    printing, directory = plan.demand(Printing), plan.demand(Directory)
    host = server or plan.nodes[printing.on].hostname
    place = f"CN={host},OU=Domain Controllers,{directory.base_dn}" if server else directory.root_ou
    yield from (f"dn: CN={host}-{printing.queue},{place}", "objectClass: printQueue")
    yield from (f"printerName: {printing.queue}", f"printShareName: {printing.queue}")
    yield from (f"serverName: {host}.{directory.domain}", f"shortServerName: {host}")
    yield from (f"uNCName: \\\\{host}.{directory.domain}\\{printing.queue}", "versionNumber: 4", "")


def _policy(plan: Plan) -> Lines:
    policy, directory = plan.demand(Directory).policy, plan.demand(Directory)
    minutes = -policy.lockout.minutes * 60 * SECOND
    values = {
        "minPwdLength": policy.min_length,
        "pwdProperties": int(policy.complexity),
        "pwdHistoryLength": policy.history,
        "maxPwdAge": -policy.max_age_days * 86400 * SECOND,
        "lockOutObservationWindow": minutes,
        "lockoutDuration": minutes,
        "lockoutThreshold": policy.lockout.threshold,
    }
    yield from (f"dn: {directory.base_dn}", "changetype: modify")
    for name, value in values.items():
        yield from (f"replace: {name}", f"{name}: {value}", "-")
    yield ""


def _disabled(plan: Plan) -> Lines:
    leaver = plan.demand(Directory).leaver
    name = f"CN={leaver.login}"
    dn = f"{name},CN=Users,{plan.demand(Directory).base_dn}"
    yield from (f"dn: {dn}", "changetype: modify", "replace: userAccountControl")
    yield from (f"userAccountControl: {DISABLED}", "-", "")
    yield from (f"dn: {dn}", "changetype: moddn", f"newrdn: {name}", "deleteoldrdn: 1")
    yield from (
        f"newsuperior: {plan.demand(Directory).ou_dn(plan.demand(Directory).departure.move_to)}",
        "",
    )


def _without_groups(plan: Plan) -> str:
    login = plan.demand(Directory).leaver.login
    return f"""
leaver=$(ldbsearch -H {DATABASE} '(sAMAccountName={login})' dn | sed -n 's/^dn: //p')
ldbsearch -H {DATABASE} "(member=$leaver)" dn | sed -n 's/^dn: //p' | while read -r group; do
    printf 'dn: %s\\nchangetype: modify\\ndelete: member\\nmember: %s\\n' "$group" "$leaver"
done | ldbmodify -H {DATABASE} > /dev/null
"""


def _links(plan: Plan) -> str:
    return "\n".join(
        f"""
policy=$(ldbsearch -H {DATABASE} '(displayName={gpo.name})' dn | sed -n 's/^dn: //p')
printf 'dn: %s\\nchangetype: modify\\nadd: gPLink\\ngPLink: [LDAP://%s;0]\\n' \\
    '{gpo.unit}{plan.demand(Directory).root_ou}' "$policy" | ldbmodify -H {DATABASE} > /dev/null
"""
        for gpo in plan.demand(Policies).gpos
    )


def recovery_keys(plan: Plan) -> str:
    """Put two keys of each encrypted volume where a Windows does: the second replaces the first."""
    return f"""
computer=$(ldbsearch -H {DATABASE} '(sAMAccountName={plan.desks[0].hostname}$)' dn |
    sed -n 's/^dn: //p')
ldbadd -H {DATABASE} <<END > /dev/null
{_text(_keys(plan))}
END
"""


def _keys(plan: Plan) -> Lines:
    for letter in plan.demand(Protection).encryption.volumes:
        for day in ("01", "02"):
            yield f"dn: CN=2026-11-{day}T08:00:00-10:00{{{uuid4()}}},$computer"
            yield "objectClass: msFVE-RecoveryInformation"
            yield f"msFVE-RecoveryGuid:: {_base64(f'key {day} of drive {letter}')}"
            yield f"msFVE-VolumeGuid:: {_base64(f'volume, letter {letter}')}"
            yield from ("msFVE-RecoveryPassword: 222222", "")


def _dn(plan: Plan, person: Person) -> str:
    return (
        f"CN={person.surname.upper()} {person.given_name},{plan.demand(Directory).ou_dn(person.ou)}"
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _password() -> str:
    quoted = f'"{secrets.token_urlsafe(24)}-aA1!"'
    return base64.b64encode(quoted.encode("utf-16-le")).decode()

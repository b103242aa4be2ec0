#!/usr/bin/python
"""Ansible module: make the objects of a Samba directory what the plan asks, on its controller."""

import secrets
import string

from ansible.module_utils.basic import AnsibleModule

try:  # they exist on a controller only; Ansible also reads this file elsewhere
    import ldb
    from samba.auth import system_session
    from samba.param import LoadParm
    from samba.samdb import SamDB

    MISSING = ""
except ImportError as exc:
    MISSING = str(exc)

DOCUMENTATION = r"""
module: labctl_directory
short_description: Units, groups, accounts, policy links and printers of a Samba directory
description:
  - Runs on a domain controller, as root, on its own database; the whole is one transaction.
  - An account gets the password that is given for it, else a random one that nobody knows.
  - In check mode the transaction is cancelled.
options:
  directory:
    description: The part C(demands.directory) of the plan.
    type: dict
    required: true
  policies:
    description: Group policies that exist, each with the unit it is linked to.
    type: list
    elements: dict
  computers:
    description: Units of the computers, by name, where each belongs once it is joined.
    type: dict
  printers:
    description: Printers to publish, by name, each with the fully qualified name of its server.
    type: dict
  passwords:
    description: First passwords of accounts, by login.
    type: dict
"""

DISABLED = 0x2
NEVER_EXPIRES = 0x10000
GLOBAL_SECURITY_GROUP = "-2147483646"
DAY = 864_000_000_000  # units of 100 ns
MINUTE = 600_000_000
PARTS = ("policies", "computers", "printers", "passwords")


class Directory:
    """The database, and what was changed in it so far."""

    def __init__(self, sam, wanted):
        self.sam = sam
        self.wanted = wanted
        self.changes = []

    def find(self, expression, attributes, base=None):
        """Return the objects that match, below the base (the domain when None)."""
        base = base or self.wanted["base_dn"]
        return self.sam.search(base=base, expression=expression, attrs=attributes)

    def account(self, login, attributes=()):
        """Return an account or group by its login, None when there is none."""
        expression = f"(sAMAccountName={escape(login)})"
        return next(iter(self.find(expression, ["sAMAccountName", *attributes])), None)

    def ou_dn(self, name):
        """Return the DN of a unit below the root one."""
        return f"OU={name},{self.wanted['root_ou']}"

    def modify(self, dn, values, why):
        """Replace attributes of an object (an empty list removes one), if any."""
        if not values:
            return
        message = ldb.Message(ldb.Dn(self.sam, str(dn)))
        for name, value in values.items():
            message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
        self.sam.modify(message)
        self.changes.append(why)

    def move(self, entry, parent):
        """Move an object below a unit, unless it is there."""
        there = ldb.Dn(self.sam, parent)
        if entry.dn.parent() == there:
            return
        name = str(entry.dn).removesuffix(f",{entry.dn.parent()}")
        target = ldb.Dn(self.sam, f"{name},{parent}")
        self.sam.rename(entry.dn, target)
        self.changes.append(f"{entry.dn} -> {target}")


def main():
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "directory": {"type": "dict", "required": True},
            "policies": {"type": "list", "elements": "dict", "default": []},
            "computers": {"type": "dict", "default": {}},
            "printers": {"type": "dict", "default": {}},
            "passwords": {"type": "dict", "default": {}, "no_log": True},
        },
        supports_check_mode=True,
    )
    if MISSING:
        module.fail_json(msg=f"python3-samba manque sur ce contrôleur : {MISSING}")
    try:
        more = {name: module.params[name] for name in PARTS}
        wanted = {**module.params["directory"], **more}
        parameters = LoadParm()
        parameters.load_default()
        sam = SamDB(session_info=system_session(parameters), lp=parameters)
        changes = converge(sam, wanted, dry=module.check_mode)
    except (ldb.LdbError, RuntimeError, KeyError) as exc:
        module.fail_json(msg=f"l'annuaire refuse : {exc}")
    module.exit_json(changed=bool(changes), diff={"prepared": "\n".join(changes)}, changes=changes)


def converge(sam, wanted, *, dry):
    """Make everything as wanted in one transaction; return what changed."""
    directory = Directory(sam, wanted)
    sam.transaction_start()
    try:
        for step in (
            policy,
            units,
            groups,
            people,
            services,
            leaver,
            memberships,
            places,
            links,
            printers,
        ):
            step(directory)
    except BaseException:
        sam.transaction_cancel()
        raise
    sam.transaction_cancel() if dry else sam.transaction_commit()
    return directory.changes


def policy(directory):
    """Set the password and lock-out policy of the domain."""
    wanted = directory.wanted["policy"]
    (head,) = directory.sam.search(directory.wanted["base_dn"], ldb.SCOPE_BASE)
    properties = int(str(head.get("pwdProperties", 0)))
    lockout = -wanted["lockout"]["minutes"] * MINUTE
    values = {
        "minPwdLength": wanted["min_length"],
        "pwdProperties": properties | 1 if wanted["complexity"] else properties & ~1,
        "pwdHistoryLength": wanted["history"],
        "maxPwdAge": -wanted["max_age_days"] * DAY,
        "lockoutThreshold": wanted["lockout"]["threshold"],
        "lockoutDuration": lockout,
        "lockOutObservationWindow": lockout,
    }
    different = differences(head, values)
    directory.modify(head.dn, different, f"stratégie : {', '.join(different)}")


def units(directory):
    """Create the organizational units."""
    found = directory.find("(objectClass=organizationalUnit)", [])
    there = {str(entry.dn).lower() for entry in found}
    for dn in (directory.wanted["root_ou"], *map(directory.ou_dn, directory.wanted["ous"])):
        if dn.lower() not in there:
            directory.sam.add({"dn": dn, "objectClass": "organizationalUnit"})
            directory.changes.append(dn)


def groups(directory):
    """Create the global security groups."""
    for name in (group["name"] for group in directory.wanted["groups"]):
        entry = directory.account(name, ["groupType"])
        if entry is None:
            dn = f"CN={name},{directory.wanted['groups_dn']}"
            kind = {"objectClass": "group", "groupType": GLOBAL_SECURITY_GROUP}
            directory.sam.add({"dn": dn, "sAMAccountName": name, **kind})
            directory.changes.append(dn)
        elif str(entry["groupType"]) != GLOBAL_SECURITY_GROUP:
            directory.modify(entry.dn, {"groupType": GLOBAL_SECURITY_GROUP}, f"type de {name}")


def people(directory):
    """Create the accounts of the people, in their unit, with their attributes."""
    for person in directory.wanted["people"]:
        display = f"{person['given_name']} {person['surname']}"
        attributes = {
            "givenName": person["given_name"],
            "sn": person["surname"],
            "displayName": display,
            "title": person["title"],
            "mail": person["upn"],
            "userPrincipalName": person["upn"],
        }
        login = person["login"]
        created = create_account(directory, login, display, person["ou"])
        keep_account(directory, login, person["ou"], attributes, DISABLED | NEVER_EXPIRES)
        if created:  # to be changed at the first logon
            dn = directory.account(login).dn
            directory.modify(dn, {"pwdLastSet": "0"}, f"{login} : à changer")


def services(directory):
    """Create the service accounts."""
    for service in directory.wanted["service_accounts"]:
        login, unit = service["name"], service["ou"]
        create_account(directory, login, login, unit)
        keep_account(directory, login, unit, {}, DISABLED)


def leaver(directory):
    """Disable the account of the person who left, move it, take it out of its groups."""
    login = directory.wanted["leaver"]["login"]
    entry = directory.account(login, ["userAccountControl", "memberOf"])
    if entry is None:
        raise RuntimeError(f"le compte {login} n'existe pas")
    directory.modify(entry.dn, flags(entry, add=DISABLED), f"{login} : désactivé")
    for group in entry.get("memberOf", ()):
        message = ldb.Message(ldb.Dn(directory.sam, str(group)))
        message["member"] = ldb.MessageElement(str(entry.dn), ldb.FLAG_MOD_DELETE, "member")
        directory.sam.modify(message)
        directory.changes.append(f"{login} : retiré de {group}")
    directory.move(entry, directory.ou_dn(directory.wanted["departure"]["move_to"]))


def memberships(directory):
    """Make the members of each group exactly the people the plan puts in it."""
    for name in (group["name"] for group in directory.wanted["groups"]):
        entry = directory.account(name, ["member"])
        logins = [p["login"] for p in directory.wanted["people"] if name in p["groups"]]
        wanted = sorted(str(directory.account(login).dn) for login in logins)
        if sorted(str(member) for member in entry.get("member", ())) != wanted:
            directory.modify(entry.dn, {"member": wanted}, f"membres de {name}")


def places(directory):
    """Move computers that are known to their unit."""
    for name, unit in directory.wanted["computers"].items():
        entry = directory.account(f"{name}$")
        if entry is not None:
            directory.move(entry, directory.ou_dn(unit))


def links(directory):
    """Link the policies to their units, enabled."""
    for gpo in directory.wanted["policies"]:
        target = f"{gpo['unit']}{directory.wanted['root_ou']}"
        policy_dn = find_policy(directory, gpo["name"])
        (entry,) = directory.sam.search(target, ldb.SCOPE_BASE, attrs=["gPLink"])
        have = dict(parse_links(str(entry.get("gPLink", ""))))
        key = next((dn for dn in have if dn.lower() == policy_dn.lower()), policy_dn)
        if have.get(key, 1) & 1:
            have[key] = 0
            text = "".join(f"[LDAP://{dn};{options}]" for dn, options in have.items())
            directory.modify(entry.dn, {"gPLink": text}, f"{gpo['name']} liée à {target}")


def printers(directory):
    """Publish the printers below the root unit, as « New, Printer » of a directory console does."""
    for name, server in directory.wanted["printers"].items():
        if directory.find(f"(&(objectClass=printQueue)(printerName={escape(name)}))", []):
            continue
        short = server.partition(".")[0]
        dn = f"CN={short}-{name},{directory.wanted['root_ou']}"
        values = {
            "printerName": name,
            "serverName": server,
            "shortServerName": short,
            "uNCName": f"\\\\{server}\\{name}",
            "versionNumber": "4",
        }
        directory.sam.add({"dn": dn, "objectClass": "printQueue", **values})
        directory.changes.append(dn)


def find_policy(directory, name):
    """Return the DN of a policy by the name people see."""
    base = f"CN=Policies,CN=System,{directory.wanted['base_dn']}"
    found = directory.find(f"(displayName={escape(name)})", ["displayName"], base)
    if not found:
        raise RuntimeError(f"la stratégie {name} n'existe pas")
    return str(found[0].dn)


def parse_links(text):
    """Yield the DN and options of each link of a gPLink value."""
    for part in text.strip("[] ").split("]["):
        if part:
            dn, _, options = part.rpartition(";")
            yield dn.partition("://")[2], int(options)


def create_account(directory, login, name, unit):
    """Create an account that can log on; tell whether it was missing."""
    if directory.account(login) is not None:
        return False
    dn = f"CN={name},{directory.ou_dn(unit)}"
    kind = {"objectClass": "user", "userAccountControl": str(0x200 | DISABLED)}
    directory.sam.add({"dn": dn, "sAMAccountName": login, **kind})
    password = directory.wanted["passwords"].get(login) or draw_password()
    directory.sam.setpassword(f"(sAMAccountName={escape(login)})", password)
    directory.sam.enable_account(f"(sAMAccountName={escape(login)})")
    directory.changes.append(dn)
    return True


def keep_account(directory, login, unit, attributes, cleared):
    """Keep an account in its unit, with its attributes, without some flags."""
    directory.move(directory.account(login), directory.ou_dn(unit))
    entry = directory.account(login, [*attributes, "userAccountControl"])
    different = differences(entry, attributes) | flags(entry, clear=cleared)
    directory.modify(entry.dn, different, f"{login} : {', '.join(different)}")


def draw_password():
    """Return a password that meets every complexity rule."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(28)) + "aA1!"


def flags(entry, *, add=0, clear=0):
    """Return the change of userAccountControl that adds and clears bits, empty when none."""
    have = int(str(entry["userAccountControl"]))
    want = (have | add) & ~clear
    return {} if want == have else {"userAccountControl": str(want)}


def differences(entry, wanted):
    """Return the wanted attributes that the entry does not have."""
    texts = {name: str(value) for name, value in wanted.items()}
    return {name: text for name, text in texts.items() if str(entry.get(name, "")) != text}


def escape(value):
    """Return a value as it is written in a search filter."""
    return "".join(f"\\{ord(char):02x}" if char in "*()\\\0" else char for char in value)


if __name__ == "__main__":
    main()

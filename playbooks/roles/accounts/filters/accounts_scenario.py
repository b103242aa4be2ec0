"""Jinja filter: accounts and administrators, told by the simulated Windows."""

import re
from typing import Any

Document = dict[str, Any]
LOCAL, DOMAIN = "S-1-5-21-1000000001-2000000002-3000000003", "S-1-5-21-1-2-3"
MACHINE = "SIMULATION"
RID = re.compile(r"\(RID ([0-9]+)\)")


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes; accounts that people make are real ones."""
    accounts = plan["demands"]["accounts"]
    users = (
        _user("Administrateur", 500, enabled=accounts["administrator_enabled"]),
        _user("Invité", 501, enabled=accounts["guest_enabled"]),
        _user(plan["management"]["account"], 1000, enabled=True),
    )
    classes = {"Win32_UserAccount": list(users), **_administrators(plan, accounts)}
    return {"namespaces": {"root/cimv2": classes}}


def _user(name: str, rid: int, *, enabled: bool) -> Document:
    known = {"Domain": MACHINE, "Name": name, "SID": f"{LOCAL}-{rid}"}
    return known | {"LocalAccount": True, "Disabled": not enabled}


def _administrators(plan: Document, accounts: Document) -> Document:
    """Tell of the built-in ones and those of the domain: accounts of the machine are real."""
    group = {"Domain": MACHINE, "LocalAccount": True, "Name": "Administrateurs"}
    groups = [group | {"SID": "S-1-5-32-544", "SIDType": 4}]
    members = [_path("Win32_UserAccount", MACHINE, "Administrateur")]
    members.append(_path("Win32_UserAccount", MACHINE, plan["management"]["account"]))
    for rid in filter(None, map(RID.search, accounts["administrators"])):
        netbios = plan["demands"]["directory"]["netbios"]
        one = {"Domain": netbios, "LocalAccount": False, "Name": f"RID {rid[1]}"}
        groups.append(one | {"SID": f"{DOMAIN}-{rid[1]}", "SIDType": 2})
        members.append(_path("Win32_Group", netbios, one["Name"]))
    whole = _path("Win32_Group", MACHINE, "Administrateurs")
    links = [{"GroupComponent": whole, "PartComponent": member} for member in members]
    return {"Win32_Group": groups, "Win32_GroupUser": links}


def _path(name: str, domain: str, account: str) -> str:
    return f'\\\\{MACHINE}\\root\\cimv2:{name}.Domain="{domain}",Name="{account}"'


def local_accounts(accounts: Document) -> list[Document]:
    """Return the accounts that the machine itself must have, and must not have any more."""
    names = {accounts["admin"]["name"], *accounts["administrators"]}
    made = [{"name": name, "state": "present"} for name in sorted(names) if not RID.search(name)]
    return [*made, {"name": "usine", "state": "absent"}]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"accounts_scenario": scenario, "local_accounts": local_accounts}

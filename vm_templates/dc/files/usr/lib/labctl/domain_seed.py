"""What the domain holds when the candidate comes: a leaver, policies linked nowhere, names."""

import json
import os
import secrets
import uuid
from typing import Any

import ldb
from samba import dsdb
from samba.auth import system_session
from samba.dcerpc import misc, preg, security, xattr
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.provision import checksysvolacl
from samba.provision.sambadns import ARecord
from samba.samdb import SamDB

SAM = "/var/lib/samba/private/sam.ldb"
SYSVOL = "/var/lib/samba/sysvol"
SEEDED = "/var/lib/labctl/seeded.json"
ACCESS_LISTS, ATTRIBUTE = "acl_xattr:security_acl_name", "user.NTACL"
"""Where Samba keeps NT access lists: no unprivileged container sets ``security.NTACL``."""
_POLICIES = "Software\\Microsoft\\Windows\\CurrentVersion\\Policies"
_KEYS = {
    "InactivityTimeoutSecs": f"{_POLICIES}\\System",
    "NoDriveTypeAutoRun": f"{_POLICIES}\\Explorer",
    "EnableSmartScreen": "Software\\Policies\\Microsoft\\Windows\\System",
}
_REG_DWORD = 4
_RC4_AND_AES = "28"
_REGISTRY_EXTENSION = (
    "[{35378EAC-683F-11D2-A89A-00C04FBBCFA2}{D02B1F72-3407-48AE-BA88-E8213C6761F1}]"
)
_DRIVES_EXTENSION = (
    "[{00000000-0000-0000-0000-000000000000}{2EA1A81B-48E5-45E9-8BB7-A6E3AC170006}]"
    "[{5794DAFD-BE60-433F-88A2-1A31939AC01F}{2EA1A81B-48E5-45E9-8BB7-A6E3AC170006}]"
)


def seed(domain: dict[str, Any]) -> None:
    """Add what the domain of the plan holds to a domain just provisioned, offline."""
    parameters = LoadParm()
    parameters.load_default()
    sam = SamDB(url=SAM, lp=parameters, session_info=system_session())
    add_accounts(sam, domain)
    for name, address in domain["hosts"].items():
        add_host(sam, domain["domain"], name, address)
    for gpo in domain["gpos"]:
        add_gpo(sam, domain, gpo)
    note_objects(sam, domain["leaver"]["login"])


def check_sysvol() -> None:
    """Check the access lists of sysvol as ``samba-tool ntacl sysvolcheck`` does.

    That one reads ``security.NTACL`` whatever smb.conf says (samba/ntacls.py, Samba 4.22).
    """
    parameters = LoadParm()
    parameters.load_default()
    sam = SamDB(lp=parameters, session_info=system_session())
    xattr.XATTR_NTACL_NAME = ATTRIBUTE
    checksysvolacl(
        sam,
        parameters.get("path", "netlogon"),
        parameters.get("path", "sysvol"),
        security.dom_sid(sam.domain_sid),
        parameters.get("realm").lower(),
        sam.domain_dn(),
        parameters,
    )


def note_objects(sam: SamDB, leaver: str) -> None:
    """Note the objects of the directory by their GUID, for the baseline of each clone."""
    found = sam.search(
        base=sam.domain_dn(), scope=ldb.SCOPE_SUBTREE, attrs=["objectGUID", "member"]
    )
    guids = {str(entry.dn): guid_of(entry) for entry in found}
    dn = account_dn(sam, leaver)
    members = {
        guid_of(entry): [str(member) for member in entry.get("member", ())] for entry in found
    }
    note = {
        "leaver_guid": guids[dn],
        "leaver_groups": {
            group: [guids[member] for member in names]
            for group, names in members.items()
            if dn in names
        },
        "objects": {guid: name for name, guid in guids.items()},
    }
    write(SEEDED, json.dumps(note).encode())


def guid_of(entry: ldb.Message) -> str:
    """Return the GUID of an entry as text."""
    return str(ndr_unpack(misc.GUID, entry["objectGUID"][0]))


def add_accounts(sam: SamDB, domain: dict[str, Any]) -> None:
    """Add labctl's account, the leaver with his groups, and the account of the file server."""
    audit = domain["audit_account"]
    sam.newuser(audit, draw_password(), description="labctl : observation du banc")
    sam.toggle_userAccountFlags(
        f"(sAMAccountName={audit})", dsdb.UF_DONT_EXPIRE_PASSWD, on=True, strict=True
    )
    sam.add_remove_group_members("Domain Admins", [audit], add_members_operation=True)
    leaver = domain["leaver"]
    sam.newuser(
        leaver["login"],
        draw_password(),
        givenname=leaver["given_name"],
        surname=leaver["surname"],
        mailaddress=leaver["upn"],
    )
    change(sam, account_dn(sam, leaver["login"]), userPrincipalName=leaver["upn"])
    for group in leaver["groups"]:
        sam.newgroup(group)
        sam.add_remove_group_members(group, [leaver["login"]], add_members_operation=True)
    add_member(sam, domain)


def add_member(sam: SamDB, domain: dict[str, Any]) -> None:
    """Add the computer account of the file server: what its join would have written."""
    name, suffix = domain["member"], domain["domain"]
    sam.newcomputer(name)
    sam.setpassword(f"(sAMAccountName={name}$)", draw_password())
    fqdn = f"{name.lower()}.{suffix}"
    names = [f"HOST/{name.upper()}", f"HOST/{fqdn}", f"cifs/{name.upper()}", f"cifs/{fqdn}"]
    change(
        sam,
        account_dn(sam, f"{name}$"),
        dNSHostName=fqdn,
        servicePrincipalName=names,
        userAccountControl=str(dsdb.UF_WORKSTATION_TRUST_ACCOUNT),
        **{"msDS-SupportedEncryptionTypes": _RC4_AND_AES},
    )


def account_dn(sam: SamDB, login: str) -> str:
    """Return the DN of an account."""
    found = sam.search(base=sam.domain_dn(), expression=f"(sAMAccountName={login})", attrs=[])
    return str(found[0].dn)


def change(sam: SamDB, dn: str, **attributes: Any) -> None:
    """Replace attributes of an entry."""
    entry = {"dn": ldb.Dn(sam, dn), **attributes}
    sam.modify(ldb.Message.from_dict(sam, entry, ldb.FLAG_MOD_REPLACE))


def add_host(sam: SamDB, zone: str, name: str, address: str) -> None:
    """Add an address to the zone of the domain."""
    zones = f"CN=MicrosoftDNS,DC=DomainDnsZones,{sam.domain_dn()}"
    sam.add(
        {
            "dn": f"DC={name.lower()},DC={zone},{zones}",
            "objectClass": "dnsNode",
            "dnsRecord": ndr_pack(ARecord(address)),
        }
    )


def add_gpo(sam: SamDB, domain: dict[str, Any], gpo: dict[str, Any]) -> None:
    """Add a policy, linked nowhere, and its files below sysvol."""
    zone = domain["domain"]
    number = uuid.uuid5(uuid.NAMESPACE_DNS, f"{gpo['name']}.{zone}")
    guid = f"{{{str(number).upper()}}}"
    folder = f"{SYSVOL}/{zone}/Policies/{guid}"
    dn = f"CN={guid},CN=Policies,CN=System,{sam.domain_dn()}"
    entry = {
        "dn": dn,
        "objectClass": "groupPolicyContainer",
        "displayName": gpo["name"],
        "gPCFileSysPath": f"\\\\{zone}\\sysvol\\{zone}\\Policies\\{guid}",
        "gPCFunctionalityVersion": "2",
        "flags": "0",
        "versionNumber": str((len(gpo["drives"]) << 16) | len(gpo["values"])),
    }
    if gpo["values"]:
        entry["gPCMachineExtensionNames"] = _REGISTRY_EXTENSION
    if gpo["drives"]:
        entry["gPCUserExtensionNames"] = _DRIVES_EXTENSION
    sam.add(entry)
    for half in ("Machine", "User"):
        sam.add({"dn": f"CN={half},{dn}", "objectClass": "container"})
        os.makedirs(f"{folder}/{half.upper()}")
    version = entry["versionNumber"]
    write(f"{folder}/GPT.INI", f"[General]\r\nVersion={version}\r\n".encode())
    if gpo["values"]:
        write(f"{folder}/MACHINE/Registry.pol", registry_pol(gpo["values"]))
    if gpo["drives"]:
        os.makedirs(f"{folder}/USER/Preferences/Drives")
        text = drives_xml(gpo["drives"], domain["member"])
        write(f"{folder}/USER/Preferences/Drives/Drives.xml", text.encode())


def registry_pol(values: dict[str, int]) -> bytes:
    """Return the Registry.pol of numbers, as a policy editor writes it."""
    file = preg.file()
    entries = []
    for name, number in values.items():
        entry = preg.entry()
        entry.keyname = _KEYS[name]
        entry.valuename = name
        entry.type = _REG_DWORD
        entry.data = number
        entries.append(entry)
    file.header.signature = "PReg"
    file.header.version = 1
    file.num_entries = len(entries)
    file.entries = entries
    packed: bytes = ndr_pack(file)
    return packed


def drives_xml(letters: list[str], server: str) -> str:
    """Return the preferences that map letters to the file server."""
    items = "".join(
        f'<Drive clsid="{{935D1B74-9CB8-4e3c-9914-7DD559B7A417}}" name="{letter}" status="{letter}"'
        f' uid="{{{uuid.uuid5(uuid.NAMESPACE_DNS, f"{letter}.{server}")}}}" image="2">'
        f'<Properties action="U" thisDrive="NOCHANGE" allDrives="NOCHANGE" persistent="0"'
        f' path="\\\\{server}" label="" useLetter="1" letter="{letter.rstrip(":")}"/></Drive>'
        for letter in letters
    )
    opening = '<Drives clsid="{8FDDCC1A-0C3C-43cd-A6B4-71A6DF20DA8C}">'
    return f'<?xml version="1.0" encoding="utf-8"?>\r\n{opening}{items}</Drives>\r\n'


def write(path: str, content: bytes) -> None:
    """Write a file of sysvol."""
    with open(path, "wb") as file:
        file.write(content)


def draw_password() -> str:
    """Return a password nobody will know."""
    return secrets.token_urlsafe(24) + "Aa1!"

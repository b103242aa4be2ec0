"""Who the machine is, and its domain."""

import configparser
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from labwindows.machine import Machine
from labwindows.real.keytab import read_principals

KEYTAB = "/etc/krb5.keytab"
SMB_CONF = "/etc/samba/smb.conf"
_PRINCIPAL = re.compile(r"([^\s/@]{1,63}\$)@([^\s/@]{1,255})")
_DOMAIN_SID = re.compile(r"^SID for domain (\S{1,63}) is: (S-1-5-21-[\d-]+)", re.MULTILINE)

_SHORT_NAME = re.compile(r"^domain-short = (\S{1,63})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Domain:
    """The domain that the machine is a member of; empty outside of any."""

    name: str  # moana.test
    short: str  # MOANA; empty when Samba was not told, or is not what joined
    account: str  # ARU-PC-01$


OUTSIDE = Domain("", "", "")


def read_name(machine: Machine) -> str:
    """Return the name in force, in capitals as Windows shows it."""
    return machine.read("/proc/sys/kernel/hostname").strip().partition(".")[0].upper()


def read_next_name(machine: Machine) -> str:
    """Return the name of the next start."""
    lines = (line.strip() for line in machine.read("/etc/hostname").splitlines())
    found = next((line for line in lines if line and not line.startswith("#")), "")
    return found.partition(".")[0].upper()


def read_domain(machine: Machine) -> Domain:
    """Return the domain whose account the machine holds, whichever tool joined it."""
    samba = _read_global(machine.read(SMB_CONF))
    realm, short = samba.get("realm", ""), samba.get("workgroup", "")
    held = map(_PRINCIPAL.fullmatch, read_principals(machine.read_bytes(KEYTAB)))
    principals = [(found[1], found[2]) for found in held if found is not None]
    if principals:
        account, joined = next((p for p in principals if p[1] == realm.upper()), principals[0])
        return Domain(joined.lower(), short if joined == realm.upper() else "", account)
    if samba.get("security", "").lower() == "ads":
        found = _DOMAIN_SID.search(machine.run("net", "getdomainsid"))
        if found is not None:
            return Domain(realm.lower(), found[1], f"{read_name(machine)}$")
    return OUTSIDE


def read_short_name(machine: Machine, domain: Domain) -> str:
    """Return the NetBIOS name of a domain, empty when neither Samba nor the domain tells it."""
    if domain.short or not domain.name:
        return domain.short
    found = _SHORT_NAME.search(machine.recall(domain, "adcli", "info", domain.name))
    return found[1] if found else ""


def is_trusted(machine: Machine) -> bool | None:
    """Tell whether the machine's account opens a channel to its domain now, None: not in time.

    adcli first: ``net`` derives its keys from the password at each call, for 0.15 s of processor.
    """
    ends = [machine.succeeds("adcli", "testjoin")]
    if not ends[0]:
        ends.append(machine.succeeds("net", "ads", "testjoin"))
    return True if True in ends else None if None in ends else False


@lru_cache(maxsize=2)
def _read_global(text: str) -> Mapping[str, str]:
    """Return the global section of a configuration; each content is understood once."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return dict(parser["global"]) if parser.has_section("global") else {}

"""Probe of the workstation's domain membership, whichever tool joined it.

adcli and realmd leave a keytab, Samba a secret of its own (and a keytab when asked): either names
the account and the domain without the network.
"""

import re
from dataclasses import dataclass

from checks.joining.facts.membership import Membership
from checks.shares.facts.testparm import parse_testparm
from labctl.api import NodeName, Plan, Reading, ask, fact, read_file, read_text, run_on

KEYTAB = "/etc/krb5.keytab"
INFO_TIMEOUT_S = 8.0
_PRINCIPAL = re.compile(r"\s([^\s/@]{1,63}\$)@([^\s/@]{1,255})\s*$", re.MULTILINE)
_DOMAIN_SID = re.compile(r"^SID for domain (\S{1,63}) is: S-1-5-21-", re.MULTILINE)
_SHORT_NAME = re.compile(r"^domain-short = (\S{1,63})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Samba:
    """What Samba's configuration says."""

    realm: str
    workgroup: str
    name: str  # NetBIOS name of the machine


@fact(Membership, kind="linux")
def from_linux(plan: Plan, at: NodeName) -> Reading[Membership]:
    """Tell the account and the domain by what is on the machine."""
    keytab, sid, testparm, name, info = yield from ask(
        run_on(at, "/usr/bin/klist", "-k", KEYTAB),
        run_on(at, "/usr/bin/net", "getdomainsid"),
        run_on(at, "/usr/bin/testparm", "-s"),
        run_on(at, "/usr/bin/uname", "-n"),
        run_on(at, "/usr/sbin/adcli", "info", plan.domain, timeout_s=INFO_TIMEOUT_S),
    )
    samba = parse_samba(read_file(testparm), read_text(name).strip())
    short = _SHORT_NAME.search(read_file(info))
    joined_by_samba = _DOMAIN_SID.search(read_text(sid))
    principals = _PRINCIPAL.findall(read_file(keytab))
    if principals:
        account, realm = _best(principals, samba)
        workgroup = samba.workgroup if samba.realm.upper() == realm.upper() else ""
        workgroup = workgroup or (short[1] if short else "")
    elif joined_by_samba:
        account, realm, workgroup = f"{samba.name}$", samba.realm, joined_by_samba[1]
    else:
        account = realm = workgroup = ""
    return Membership(realm, workgroup, account)


def parse_samba(testparm: str, host: str) -> _Samba:
    """Read ``testparm -s``; without one, Samba says nothing."""
    settings = parse_testparm(testparm).get("global", {})
    own_name = settings.get("netbios name", host.partition(".")[0]).upper()[:15]
    return _Samba(settings.get("realm", ""), settings.get("workgroup", ""), own_name)


def _best(principals: list[tuple[str, str]], samba: _Samba) -> tuple[str, str]:
    """Return the account of the domain that Samba names, else the first one."""
    for account, realm in principals:
        if realm.upper() == samba.realm.upper():
            return account, realm
    return principals[0]

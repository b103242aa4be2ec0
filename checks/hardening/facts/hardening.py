"""Settings of a Windows workstation that close or open doors: registry and optional features."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.api import (
    Instance,
    NodeName,
    Plan,
    Question,
    Reading,
    ask,
    ask_cim,
    ask_registry,
    fact,
    number_of,
    number_or,
    read_instances,
    read_key,
    text_of,
)

POLICIES = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies"
TERMINAL = r"SYSTEM\CurrentControlSet\Control\Terminal Server"
TERMINAL_POLICIES = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
SECURITY_LOG = r"SYSTEM\CurrentControlSet\Services\EventLog\Security"
LOG_POLICIES = r"SOFTWARE\Policies\Microsoft\Windows\EventLog\Security"
FEATURE_ENABLED = 1
KIB = 1024
WITH_CONSENT = 1
"""What Windows does with a session that somebody wants to watch, where nothing is set."""
ASKED, UNASKED = 5, 0
"""ConsentPromptBehaviorAdmin: who administers the machine is asked about programs that are not of
Windows, as where nothing is set; is never asked (Microsoft, "User Account Control settings and
configuration")."""


@dataclass(frozen=True, slots=True)
class Hardening:
    """Doors of the workstation, as they are in force: a group policy wins over its own setting."""

    smb1: bool
    uac: bool  # is on, and asks something of who administers the machine
    autorun: int  # NoDriveTypeAutoRun; 0: not set
    remote_desktop: bool
    nla: bool
    shadow: int  # how a session may be watched: 1 and 3 with the user's consent
    idle_s: int  # 0: a session is never locked
    log_kib: int  # largest size of the security log
    log_stops: bool  # when it is full, what follows is lost: neither overwritten nor archived


@fact(Hardening, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Hardening]:
    """Read what is in force; a value that is not set is Windows' own choice."""
    feature, *keys = yield from ask(*_list_questions(at))
    system, explorer, terminal, tcp, imposed, log, imposed_log = map(read_key, keys)
    smb1 = read_instances(feature)
    denied = number_or(imposed, "fDenyTSConnections", number_or(terminal, "fDenyTSConnections", 1))
    nla = number_or(imposed, "UserAuthentication", number_or(tcp, "UserAuthentication", 1))
    own_log = number_or(log, "MaxSize", 0) // KIB
    return Hardening(
        smb1=any(number_of(one, "InstallState") == FEATURE_ENABLED for one in smb1),
        uac=number_or(system, "EnableLUA", 1) == 1
        and number_or(system, "ConsentPromptBehaviorAdmin", ASKED) != UNASKED,
        autorun=number_or(explorer, "NoDriveTypeAutoRun", 0),
        remote_desktop=denied == 0,
        nla=nla == 1,
        shadow=number_or(imposed, "Shadow", number_or(tcp, "Shadow", WITH_CONSENT)),
        idle_s=number_or(system, "InactivityTimeoutSecs", 0),
        log_kib=number_or(imposed_log, "MaxSize", own_log),
        log_stops=_has(imposed_log, log, "Retention")
        and not _has(imposed_log, log, "AutoBackupLogFiles"),
    )


def _list_questions(at: NodeName) -> Iterator[Question]:
    """Yield the question of the feature, then those of the keys."""
    where = "Name='SMB1Protocol'"
    yield ask_cim(at, "Win32_OptionalFeature", "Name", "InstallState", where=where)
    rdp = {"UserAuthentication": "dword", "Shadow": "dword"}
    log = {"Retention": "dword", "AutoBackupLogFiles": "dword"}
    imposed_log = {"Retention": "string", "AutoBackupLogFiles": "string"}
    names = ("EnableLUA", "ConsentPromptBehaviorAdmin", "InactivityTimeoutSecs")
    for key, values in (
        (rf"{POLICIES}\System", dict.fromkeys(names, "dword")),
        (rf"{POLICIES}\Explorer", {"NoDriveTypeAutoRun": "dword"}),
        (TERMINAL, {"fDenyTSConnections": "dword"}),
        (rf"{TERMINAL}\WinStations\RDP-Tcp", rdp),
        (TERMINAL_POLICIES, {"fDenyTSConnections": "dword", **rdp}),
        (SECURITY_LOG, {"MaxSize": "dword", **log}),
        (LOG_POLICIES, {"MaxSize": "dword", **imposed_log}),
    ):
        yield ask_registry(at, "HKLM", key, values)


def _has(imposed: Instance, own: Instance, name: str) -> bool:
    """Tell whether a setting of a log is on: a policy writes "1", Windows itself a number."""
    policy = text_of(imposed, name)
    return policy == "1" if policy else number_or(own, name, 0) != 0

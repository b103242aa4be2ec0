"""How up to date a Windows workstation is, and whether it waits for a restart.

Windows Update refuses to search for who asks from afar, and a visit leaves no task behind to do it:
the revision of the room stands for the updates that are missing.
"""

from checks.updates.facts.updates import Updates
from labctl.api import (
    NodeName,
    Plan,
    Reading,
    ask,
    ask_registry,
    fact,
    number_of,
    number_or,
    read_key,
    read_keys,
    text_of,
)

VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
WAITING = (
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootInProgress",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
)
"""Keys that exist while an update waits for a restart."""
SERVICE = r"SYSTEM\CurrentControlSet\Services\wuauserv"
DISABLED = 4
"""Start of a service that is never started; one that is not there is not either."""


@fact(Updates, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Updates]:
    """Read the version, how the service starts, and the keys; one that exists is waited for."""
    values = {"UBR": "dword", "CurrentBuild": "string"}
    version, service, *waiting = yield from ask(
        ask_registry(at, "HKLM", VERSION, values),
        ask_registry(at, "HKLM", SERVICE, {"Start": "dword"}),
        *(ask_registry(at, "HKLM", key, {"": "string"}) for key in WAITING),
    )
    numbers = read_key(version)
    build = text_of(numbers, "CurrentBuild")
    return Updates(
        build=int(build) if build.isascii() and build.isdigit() else 0,
        ubr=number_of(numbers, "UBR"),
        restart_pending=any(read_keys(answer) for answer in waiting),
        service_disabled=number_or(read_key(service), "Start", DISABLED) == DISABLED,
    )

"""How up to date a Windows workstation is, and whether it waits for a restart.

Windows Update refuses to search for who asks from afar, and a visit leaves no task behind to do it:
the revision of the room stands for the updates that are missing.
"""

from dataclasses import dataclass

from labctl.api import (
    Answer,
    Plan,
    Probe,
    Question,
    ask_registry,
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


@dataclass(frozen=True, slots=True)
class Updates:
    """Its version, 26100.3194: the second number grows with each monthly update."""

    build: int
    ubr: int
    restart_pending: bool
    service_disabled: bool  # Windows Update never starts any more


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the version, how the service starts, and the keys."""
    values = {"UBR": "dword", "CurrentBuild": "string"}
    return (
        ask_registry(plan.workstation.node, "HKLM", VERSION, values),
        ask_registry(plan.workstation.node, "HKLM", SERVICE, {"Start": "dword"}),
        *(ask_registry(plan.workstation.node, "HKLM", key, {"": "string"}) for key in WAITING),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Updates:
    """Read the version; a key that exists means that a restart is waited for."""
    version, service, *waiting = answers
    values = read_key(version)
    build = text_of(values, "CurrentBuild")
    return Updates(
        build=int(build) if build.isascii() and build.isdigit() else 0,
        ubr=number_of(values, "UBR"),
        restart_pending=any(read_keys(answer) for answer in waiting),
        service_disabled=number_or(read_key(service), "Start", DISABLED) == DISABLED,
    )


PROBE = Probe(Updates, ask, parse)

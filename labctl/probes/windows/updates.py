"""How up to date a Windows workstation is, and whether it waits for a restart."""

from dataclasses import dataclass

from labctl.connect.base import Answer, Question
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.windows.asking import ask_registry
from labctl.probes.windows.reading import number_of, read_key, read_keys, text_of

VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
WAITING = (
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
)
"""Keys that exist while an update waits for a restart."""


@dataclass(frozen=True, slots=True)
class Updates:
    """Its version, 26100.3194: the second number grows with each monthly update."""

    build: int
    ubr: int
    restart_pending: bool


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the version and for the keys."""
    values = {"UBR": "dword", "CurrentBuild": "string"}
    return (
        ask_registry(plan, "HKLM", VERSION, values),
        *(ask_registry(plan, "HKLM", key, {"": "string"}) for key in WAITING),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Updates:
    """Read the version; a key that exists means that a restart is waited for."""
    version, *waiting = answers
    values = read_key(version)
    build = text_of(values, "CurrentBuild")
    return Updates(
        build=int(build) if build.isascii() and build.isdigit() else 0,
        ubr=number_of(values, "UBR"),
        restart_pending=any(read_keys(answer) for answer in waiting),
    )


PROBE = Probe(Updates, ask, parse)

"""Which group policies a Windows workstation has applied."""

from dataclasses import dataclass

from labctl.api import (
    Answer,
    Plan,
    Probe,
    Question,
    ask_registry,
    number_or,
    read_key,
    read_keys,
    text_of,
)

APPLIED = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Group Policy\State\Machine\GPO-List\*"
SYSTEM = r"SOFTWARE\Policies\Microsoft\Windows\System"


@dataclass(frozen=True, slots=True)
class AppliedPolicies:
    """The policies of the machine at its last refresh, and the mark that one of them leaves."""

    names: frozenset[str]
    smart_screen: int  # EnableSmartScreen; -1: not set


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the list Windows keeps, and for the value."""
    return (
        ask_registry(plan.workstation.node, "HKLM", APPLIED, {"DisplayName": "string"}),
        ask_registry(plan.workstation.node, "HKLM", SYSTEM, {"EnableSmartScreen": "dword"}),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> AppliedPolicies:
    """Read both."""
    applied, system = answers
    names = (text_of(key, "DisplayName") for key in read_keys(applied).values())
    return AppliedPolicies(
        frozenset(name for name in names if name),
        number_or(read_key(system), "EnableSmartScreen", -1),
    )


PROBE = Probe(AppliedPolicies, ask, parse)

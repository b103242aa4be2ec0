"""Which group policies a Windows workstation has applied."""

from dataclasses import dataclass

from labctl.api import (
    NodeName,
    Plan,
    Reading,
    ask,
    ask_registry,
    fact,
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


@fact(AppliedPolicies, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[AppliedPolicies]:
    """Read the list that Windows keeps, and the value."""
    applied, system = yield from ask(
        ask_registry(at, "HKLM", APPLIED, {"DisplayName": "string"}),
        ask_registry(at, "HKLM", SYSTEM, {"EnableSmartScreen": "dword"}),
    )
    names = (text_of(key, "DisplayName") for key in read_keys(applied).values())
    return AppliedPolicies(
        frozenset(name for name in names if name),
        number_or(read_key(system), "EnableSmartScreen", -1),
    )

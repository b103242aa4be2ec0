"""Programs installed on a Windows workstation."""

from dataclasses import dataclass

from labctl.api import NodeName, Plan, Reading, ask, ask_registry, fact, read_keys, text_of


@dataclass(frozen=True, slots=True)
class Software:
    """Names of the installed programs, as Windows lists them; of the users logged on too."""

    programs: tuple[str, ...]


UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall\*"


@fact(Software, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Software]:
    """Read the programs of the machine, of 64 and 32 bits, and of the users logged on.

    A key without a name is no program, but a part of another (Microsoft, "Uninstall Registry Key").
    """
    name = {"DisplayName": "string"}
    answers = yield from ask(
        ask_registry(at, "HKLM", rf"SOFTWARE\{UNINSTALL}", name),
        ask_registry(at, "HKLM", rf"SOFTWARE\WOW6432Node\{UNINSTALL}", name),
        ask_registry(at, "HKU", rf"*\SOFTWARE\{UNINSTALL}", name),
    )
    keys = [values for answer in answers for values in read_keys(answer).values()]
    names = {text_of(values, "DisplayName").strip() for values in keys}
    return Software(tuple(sorted(names - {""})))

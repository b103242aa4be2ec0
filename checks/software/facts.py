"""Programs installed on a Windows workstation."""

from dataclasses import dataclass

from labctl.api import Answer, Plan, Probe, Question, ask_registry, read_keys, text_of


@dataclass(frozen=True, slots=True)
class Software:
    """Names of the installed programs, as Windows lists them; of the users logged on too."""

    programs: tuple[str, ...]


UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall\*"


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the programs of the machine, of 64 and 32 bits, and of the users logged on."""
    name = {"DisplayName": "string"}
    return (
        ask_registry(plan.workstation.node, "HKLM", rf"SOFTWARE\{UNINSTALL}", name),
        ask_registry(plan.workstation.node, "HKLM", rf"SOFTWARE\WOW6432Node\{UNINSTALL}", name),
        ask_registry(plan.workstation.node, "HKU", rf"*\SOFTWARE\{UNINSTALL}", name),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Software:
    """Read the names; a key without one is no program, but a part of another."""
    keys = [values for answer in answers for values in read_keys(answer).values()]
    names = {text_of(values, "DisplayName").strip() for values in keys}
    return Software(tuple(sorted(names - {""})))


PROBE = Probe(Software, ask, parse)

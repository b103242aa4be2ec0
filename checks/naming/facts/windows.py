"""Probe of what a Windows workstation is called."""

from checks.naming.facts.identity import Identity
from labctl.api import (
    Answer,
    Plan,
    Probe,
    Question,
    ask_cim,
    ask_registry,
    read_key,
    read_one,
    text_of,
)

NEXT_NAME = r"SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the name in force, and for the one that the next start will take."""
    return (
        ask_cim(plan, "Win32_ComputerSystem", "Name", "DNSHostName"),
        ask_registry(plan, "HKLM", NEXT_NAME, {"ComputerName": "string"}),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Identity:
    """Read both names."""
    system, following = answers
    computer = read_one(system)
    return Identity(
        running_name=text_of(computer, "Name") or text_of(computer, "DNSHostName"),
        static_name=text_of(read_key(following), "ComputerName"),
    )


PROBE = Probe(Identity, ask, parse, face="windows")

"""Probe of what a Windows workstation is called."""

from checks.naming.facts.identity import Identity
from labctl.api import (
    NodeName,
    Plan,
    Reading,
    ask,
    ask_cim,
    ask_registry,
    fact,
    read_key,
    read_one,
    text_of,
)

NEXT_NAME = r"SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"


@fact(Identity, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Identity]:
    """Read the name in force, and the one that the next start will take."""
    system, following = yield from ask(
        ask_cim(at, "Win32_ComputerSystem", "Name", "DNSHostName"),
        ask_registry(at, "HKLM", NEXT_NAME, {"ComputerName": "string"}),
    )
    computer = read_one(system)
    return Identity(
        running_name=text_of(computer, "Name") or text_of(computer, "DNSHostName"),
        static_name=text_of(read_key(following), "ComputerName"),
    )

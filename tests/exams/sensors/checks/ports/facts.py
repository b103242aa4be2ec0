"""What a switch is set to, by its own configuration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from labctl.api import NodeName, Plan, Question, Reading, Transport, ask, fact, read_text

_PORT = re.compile(r"interface GigabitEthernet1/0/(\d+)")
Sections = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Switched:
    """Its VLANs by number, its access ports by number, those shut down, and whether it is saved."""

    vlans: dict[int, str]
    access: dict[int, int]
    shut: frozenset[int]
    is_saved: bool


@fact(Switched, kind="ios")
def from_ios(_plan: Plan, at: NodeName) -> Reading[Switched]:
    """Read the running configuration, and the one that it starts with."""
    shows = ("show running-config", "show startup-config")
    running, startup = yield from ask(
        *(Question(at, Transport.CLI, text, {"command": text}) for text in shows)
    )
    found = read_sections(read_text(running))
    ports = {int(m[1]): body for head, body in found.items() if (m := _PORT.fullmatch(head))}
    vlans = {head: body for head, body in found.items() if re.fullmatch(r"vlan \d+", head)}
    return Switched(
        {int(head.split()[1]): _last(body, "name ", "") for head, body in vlans.items()},
        {port: _read_access(body) for port, body in ports.items()},
        frozenset(port for port, body in ports.items() if "shutdown" in body),
        found == read_sections(read_text(startup)),
    )


def read_sections(text: str) -> Sections:
    """Return the lines of a configuration, each with those that are indented below it."""
    found: dict[str, list[str]] = {}
    head = ""
    for line in text.splitlines():
        if line.startswith(" ") and head:
            found[head].append(line.strip())
        elif line.strip(" !") and not line.startswith(("Building", "Current", "Using", "!")):
            head = line.strip()
            found.setdefault(head, [])
    return {name: tuple(body) for name, body in found.items()}


def _read_access(body: tuple[str, ...]) -> int:
    """Return the VLAN that a port carries without a tag, 0 when it is no access port."""
    is_access = "switchport mode access" in body
    return int(_last(body, "switchport access vlan ", "1")) if is_access else 0


def _last(body: tuple[str, ...], start: str, default: str) -> str:
    """Return what follows these words in a section."""
    said = [line.removeprefix(start) for line in body if line.startswith(start)]
    return said[-1] if said else default

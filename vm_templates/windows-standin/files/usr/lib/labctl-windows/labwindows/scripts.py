"""labctl's own PowerShell script: no PowerShell runs here, its answer is computed.

A check that reads it shows that the question, the wire and the reading are right, nothing of
PowerShell. Any other script is refused.
"""

import json
import re

from labwindows.machine import Machine
from labwindows.real import computer

_CMDLET = re.compile(r"\b[A-Z][A-Za-z]*-[A-Z]\w+")
_LITERAL = re.compile(r"'([^']*)'")
_KNOWN = frozenset({"Test-ComputerSecureChannel", "ConvertTo-Json", "New-Object"})


def answer(script: str, machine: Machine) -> str | None:
    """Return what the script would print; None for a script that is not labctl's."""
    cmdlets = set(_CMDLET.findall(script))
    if not {"Test-ComputerSecureChannel", "ConvertTo-Json"} <= cmdlets or cmdlets - _KNOWN:
        return None
    printed = []
    for statement in re.split(r"[;\n]", script):
        literal = _LITERAL.fullmatch(statement.strip())
        if literal is not None:
            printed.append(literal[1])
        elif statement.strip().startswith("ConvertTo-Json"):
            printed.append(json.dumps(_facts(machine)))
    return "".join(f"{line}\r\n" for line in printed)


def _facts(machine: Machine) -> dict[str, object]:
    domain = computer.read_domain(machine)
    if not domain.name:
        error = "Cannot verify the secure channel: the computer is not joined to a domain."
        return {"channel": False, "channel_error": error}
    return {"channel": computer.is_trusted(machine), "channel_error": None}

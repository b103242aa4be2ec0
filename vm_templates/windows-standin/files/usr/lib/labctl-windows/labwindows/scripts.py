"""labctl's own PowerShell script: no PowerShell runs here, its answer is computed.

The script is made of parts, each of which a topic brings. The secure channel is the machine's;
every other part finds what the scenario tells. A check that reads it shows that the question, the
wire and the reading are right, nothing of PowerShell. Any other script is refused.
"""

import json
import re
from collections.abc import Mapping, Sequence

from labwindows.machine import Machine
from labwindows.real import computer

_FACT = re.compile(r"^Fact (\w+) \{", re.MULTILINE)
_LITERAL = re.compile(r"'([^']*)'")
_REAL = frozenset({"channel"})
Found = Mapping[str, Sequence[object]]


def answer(script: str, machine: Machine, told: Found) -> str | None:
    """Return what the script would print; None for a script that is not labctl's."""
    wanted = _FACT.findall(script)
    if not wanted:
        return None
    printed = []
    for statement in re.split(r"[;\n]", script):
        literal = _LITERAL.fullmatch(statement.strip())
        if literal is not None:
            printed.append(literal[1])
        elif statement.strip().startswith("ConvertTo-Json"):
            facts = {name: _fact(name, script, machine, told) for name in wanted}
            printed.append(json.dumps(facts))
    return "".join(f"{line}\r\n" for line in printed)


def _fact(name: str, script: str, machine: Machine, told: Found) -> Mapping[str, object]:
    if name in _REAL:
        return _channel(machine)
    if name not in told:
        return {"error": "Simulated: the scenario tells nothing of it."}
    if name == "hashes":  # of the files that are asked for
        return {"found": [one for one in told[name] if _path(one) in script.casefold()]}
    return {"found": list(told[name])}


def _path(file: object) -> str:
    return str(file["path"]).casefold() if isinstance(file, Mapping) else ""


def _channel(machine: Machine) -> Mapping[str, object]:
    if not computer.read_domain(machine).name:
        error = "Cannot verify the secure channel: the computer is not joined to a domain."
        return {"error": error}
    is_trusted = computer.is_trusted(machine)
    return {"found": [] if is_trusted is None else [is_trusted]}

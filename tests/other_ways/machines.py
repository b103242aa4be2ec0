"""A bench as a technician has it: a root shell on each machine, and the console of the switch."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from labctl.core.ids import NodeName
from tests.commands import Command

REFUSED = re.compile(r"^% ?(Invalid|Incomplete|Ambiguous|Unknown|Bad)|rejected", re.MULTILINE)
SHELL = ("bash", "-c", "bash -euo pipefail -s > /run/said 2>&1; code=$?; cat /run/said; exit $code")
"""A daemon that is started keeps its output: it is a file, not what we wait for the end of."""


@dataclass(frozen=True, slots=True)
class Machines:
    """The machines of one bench that is up."""

    room: Command
    bench: int

    def script(self, node: NodeName, text: str) -> str:
        """Run a shell script that stops at its first failure; return its output."""
        return self.room.must("connect", str(self.bench), node, "--", *SHELL, stdin=text)

    def console(self, node: NodeName, lines: Sequence[str]) -> str:
        """Type lines at the console of the switch; return what it said."""
        typed = "".join(f"{line}\n" for line in lines)
        said = self.room.must("connect", str(self.bench), node, stdin=typed)
        assert not REFUSED.search(said), said
        return said

"""A bench as a technician has it: a root shell on each machine, and the console of the switch."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.providers import parts
from tests.commands import Command

REFUSED = re.compile(r"^% ?(Invalid|Incomplete|Ambiguous|Unknown|Bad)|rejected", re.MULTILINE)
SHELL = ("bash", "-c", "bash -euo pipefail -s > /run/said 2>&1; code=$?; cat /run/said; exit $code")
"""A daemon that is started keeps its output: it is a file, not what we wait for the end of."""
SWITCH = "/usr/lib/labctl-switch/switchd"
CABINET = "demo-cabinet"
"""The room of the second subject, which has mail and packages to update."""


@contextmanager
def open_room(state: Path, room: str, *verbs: str) -> Iterator[Command]:
    """Give a shipped room of which the first bench is up and has gone through verbs."""
    found = Command(state, {"LABCTL_ROOM": room})
    try:
        for verb in ("up", *verbs):
            found.must(verb, "1")
        yield found
    finally:
        found.must("down", "--all", "--yes")


@dataclass(frozen=True, slots=True)
class Machines:
    """The machines of one bench that is up."""

    room: Command
    bench: int

    def script(self, node: NodeName, text: str) -> str:
        """Run a shell script that stops at its first failure; return its output."""
        return self.room.must("connect", str(self.bench), node, "--", *SHELL, stdin=text)

    def feed(self, node: NodeName, given: str, *argv: str) -> str:
        """Run a program that reads what it is given; return its output."""
        return self.room.must("connect", str(self.bench), node, "--", *argv, stdin=given)

    def reload(self, node: NodeName) -> None:
        """Restart the switch at its console, as it was saved; wait until it is another process."""
        daemon = self._run_below(node, "pgrep", "-f", SWITCH).split()[0]
        self.console(node, ("enable", "reload", ""))
        gone = f"while kill -0 {daemon} 2> /dev/null; do sleep 0.1; done"
        self._run_below(node, "timeout", "60", "sh", "-c", gone)
        self.room.must("up", str(self.bench))

    def console(self, node: NodeName, lines: Sequence[str]) -> str:
        """Type lines at the console of the switch; return what it said."""
        typed = "".join(f"{line}\n" for line in lines)
        said = self.room.must("connect", str(self.bench), node, stdin=typed)
        assert not REFUSED.search(said), said
        return said

    def _run_below(self, node: NodeName, *argv: str) -> str:
        """Run a command beside the command line of the switch; return its output."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LABCTL_STATE_DIR", str(self.room.state))
            observer = parts.load_observer("embedded")
            entered = observer.enter_argv(BenchId(self.bench), node, argv)
        return command.run(entered, Deadline.after(90)).stdout

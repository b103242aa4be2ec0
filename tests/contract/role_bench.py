"""A bench as delivered, and commands in its machines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers import parts
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import kill


@dataclass(frozen=True)
class RoleBench:
    """A bench that is up."""

    plan: Plan

    def run(self, node: str, *argv: str, seconds: float = 60) -> command.Completed:
        """Run a command in a machine and return what became of it."""
        observer = parts.load_observer("embedded")
        entered = observer.enter_argv(self.plan.bench, NodeName(node), argv)
        return command.run(entered, Deadline.after(seconds), check=False)

    def on(self, node: str, *argv: str, seconds: float = 60) -> str:
        """Run a command that must succeed; return its output."""
        done = self.run(node, *argv, seconds=seconds)
        assert done.exit_code == 0, f"{node}: {argv}: {done.exit_code}\n{done.stdout}{done.stderr}"
        return done.stdout

    def code(self, node: str, *argv: str) -> int:
        """Run a command and return its exit code."""
        return self.run(node, *argv).exit_code

    def script(self, node: str, text: str, *, seconds: float = 60) -> str:
        """Run a shell script that stops at its first failure; return its output."""
        return self.on(node, "bash", "-euc", text, seconds=seconds)

    def restart(self, *nodes: str) -> None:
        """Kill machines and bring them up again on their own disks."""
        running = Bench(BenchId(self.plan.bench)).scan()
        kill(tuple(running[NodeName(node)] for node in nodes), Deadline.after(60))
        self.up()

    def up(self) -> tuple[NodeName, ...]:
        """Bring up what is not; return what was started."""
        provider = parts.load("embedded")
        return provider.up(self.plan, silent, Deadline.after(400)).started


@contextmanager
def open_bench(plan: Plan, state: Path) -> Iterator[RoleBench]:
    """Give a bench of a state folder of its own, as delivered, and end it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(state))
        bench = RoleBench(plan)
        try:
            bench.up()
            yield bench
        finally:
            parts.load("embedded").down(plan.bench, Deadline.after(60))

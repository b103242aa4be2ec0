"""Where the contract of providers is tried: here, on another machine, virtual ones, a cluster.

Each world has one small bench whose ``node`` has a cable to ``other``. A world is left as it was.
"""

import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from labctl.connect.base import Endpoints
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report, silent
from labctl.pipeline import elsewhere, lifecycle, remote
from labctl.pipeline.order import Order
from labctl.plan.model import Hosting, Plan
from labctl.providers.base import BenchStatus, Observer, Provider, ResetProof, UpOutcome
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from tests.contract.node_lab import kill_machine
from tests.far_host import open_far_host
from tests.small_bench import NODES, small_plan

LONG_S = 400.0


@dataclass(frozen=True)
class World:
    """A provider, a bench for it, and what a candidate or an accident may do there."""

    name: str
    provider: Provider
    observer: Observer
    plan: Callable[[int], Plan]
    node: NodeName
    other: NodeName
    state: Path  # where the files of the benches are
    run_in: Callable[[NodeName, str, int], str]
    kill: Callable[[NodeName], None]
    card: str = "eth0"  # of ``node``, on the cable
    other_card: str = "eth0"
    disks: Callable[[Plan], Collection[NodeName]] = lambda plan: plan.nodes
    """The machines of a bench that have a disk of their own."""

    def up(self, bench: int = 1) -> tuple[NodeName, ...]:
        """Build a bench or mend it; return what had to be started."""
        return self.provider.up(self.plan(bench), silent, Deadline.after(LONG_S)).started

    def status(self, bench: int = 1) -> BenchStatus:
        """Look at a bench."""
        return self.observer.status(BenchId(bench))

    def run(self, script: str, node: NodeName | None = None, bench: int = 1) -> str:
        """Return what a shell script says in a machine."""
        return self.run_in(node or self.node, script, bench).strip()


@contextmanager
def state_at(folder: Path) -> Iterator[None]:
    """Look from a labctl whose state is in this folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(folder))
        yield


@contextmanager
def open_embedded(folder: Path) -> Iterator[World]:
    """Give namespaces of this machine."""
    provider = EmbeddedProvider()
    with state_at(folder):
        yield World(
            "embedded",
            provider,
            provider,
            small_plan,
            NODES[1],
            NODES[2],
            folder,
            partial(_run_by_console, provider),
            partial(_kill_process, folder),
        )


@contextmanager
def open_far(folder: Path) -> Iterator[World]:
    """Give namespaces of another machine, reached over ssh as a room's second host is."""
    with open_far_host(folder / "far") as host, state_at(folder / "here"):
        provider = FarProvider(Hosting("loin", host.access, str(host.program)))
        yield World(
            "far",
            provider,
            provider,
            provider.place,
            NODES[1],
            NODES[2],
            host.state,
            partial(_run_by_console, provider),
            partial(_kill_process, host.state),
        )


@dataclass(frozen=True)
class FarProvider:
    """A provider through the orders that a host is given over ssh."""

    host: Hosting

    def place(self, bench: int) -> Plan:
        """Return the plan of a bench of that host."""
        return replace(small_plan(bench), hosting=self.host)

    def up(self, plan: Plan, report: Report, deadline: Deadline) -> UpOutcome:
        """Order a bench to be built."""
        return UpOutcome(self._ask("up", plan, deadline, report).started, ())

    def reset(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> ResetProof:
        """Order machines to be replaced."""
        options = {"nodes": list(nodes), "sealed": False}
        proof: ResetProof = self._ask("reset", plan, deadline, report, **options).proof
        return proof

    def cut_power(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> str:
        """Order the power of machines to be cut."""
        options = {"nodes": list(nodes), "cut_s": deadline.remaining_s()}
        return str(self._ask("cut", plan, deadline, report, **options))

    def down(self, bench: BenchId, deadline: Deadline) -> bool:
        """Remove a bench wherever it is."""
        del deadline
        names = lifecycle.choose_providers("embedded")
        outcome = lifecycle.down(names, (bench,), lambda _bench, _text: None, sealed=False)[bench]
        assert outcome.ok, outcome
        return bool(outcome.value)

    def list_benches(self) -> tuple[BenchId, ...]:
        """Return what this installation has put elsewhere."""
        return tuple(map(BenchId, elsewhere.list_benches()))

    def status(self, bench: BenchId) -> BenchStatus:
        """Order a look at a bench."""
        seen: BenchStatus = self._ask("status", self.place(bench), Deadline.after(60), silent)
        return seen

    def endpoints(self, plan: Plan) -> Endpoints:
        """Raise: a bench is looked at by the labctl of its own host."""
        raise NotImplementedError(plan.bench)

    def serve_argv(self, plan: Plan) -> tuple[str, ...]:
        """Raise: a bench is looked at by the labctl of its own host."""
        raise NotImplementedError(plan.bench)

    def enter_argv(self, bench: BenchId, node: NodeName, argv: Sequence[str]) -> tuple[str, ...]:
        """Return the command of a console, which goes through ssh."""
        options = {"node": node, "argv": list(argv)}
        found = self._ask("console", self.place(bench), Deadline.after(60), silent, **options)
        return (*remote.ssh_argv(self.host, "-T"), shlex.join(found))

    def _ask(
        self, act: str, plan: Plan, deadline: Deadline, report: Report, **options: object
    ) -> Any:
        order = Order(act, plan.bench, (plan,), deadline.remaining_s(), options=options)
        return remote.ask(self.host, order, report)


def look_at_ways(world: World) -> Endpoints:
    """Return the ways into bench 1, as the labctl of its host knows them."""
    observer = EmbeddedProvider() if world.name == "far" else world.observer
    with state_at(world.state):
        return observer.endpoints(benches.read_plan(Bench(BenchId(1))))


def _run_by_console(observer: Observer, node: NodeName, script: str, bench: int) -> str:
    argv = observer.enter_argv(BenchId(bench), node, ("/bin/sh", "-c", script))
    return command.run(argv, Deadline.after(60)).stdout


def _kill_process(state: Path, node: NodeName) -> None:
    with state_at(state):
        kill_machine(BenchId(1), node)


WORLDS: dict[str, Callable[[Path], AbstractContextManager[World]]] = {
    "embedded": open_embedded,
    "far": open_far,
}

"""What every provider does: make machines exist, find them, reset them, remove them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.progress import Report
from labctl.plan.model import Plan


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """One machine as observed now."""

    node: NodeName
    alive: bool
    ready: bool
    detail: str  # French: since when, or what is wrong


@dataclass(frozen=True, slots=True)
class BenchStatus:
    """One bench as observed now; ``built`` is false for an absent or interrupted one."""

    bench: int
    built: bool
    nodes: tuple[NodeStatus, ...]

    @property
    def is_ready(self) -> bool:
        """Tell whether every machine is there and ready."""
        return self.built and all(node.alive and node.ready for node in self.nodes)


@dataclass(frozen=True, slots=True)
class NodeProof:
    """Why one machine is as new: what was compared; ``residue`` names what should not be there."""

    node: NodeName
    expected: str  # digest of the template
    found: str  # digest of the machine before it started
    residue: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether the machine is as its template."""
        return self.expected == self.found and not self.residue


@dataclass(frozen=True, slots=True)
class ResetProof:
    """Proof of a reset: every machine as its template, every secret drawn anew."""

    bench: int
    nodes: tuple[NodeProof, ...]
    new_secrets: bool  # no secret or host key of the previous candidate is still valid
    elapsed_s: float
    searched: int = 0  # files in which the word left in the old machines was looked for

    @property
    def holds(self) -> bool:
        """Tell whether the whole reset is proved."""
        return self.new_secrets and all(node.holds for node in self.nodes)


class Provider(Protocol):
    """Machines of one kind. The caller holds the bench's lock; every method can be run twice."""

    def up(self, plan: Plan, report: Report, deadline: Deadline) -> Endpoints:
        """Make the bench exist and be ready; a built bench keeps the candidate's work."""
        ...

    def status(self, plan: Plan) -> BenchStatus:
        """Observe the bench without touching it."""
        ...

    def reset(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> ResetProof:
        """Replace machines (all for none, dependants included) by new ones, with proof."""
        ...

    def down(self, bench: int, report: Report, deadline: Deadline) -> int:
        """Remove the bench, found by its tag; return how many objects went. Absent is fine."""
        ...

    def down_all(self, report: Report, deadline: Deadline) -> int:
        """Remove everything that carries this instance's tag, state known or lost."""
        ...

    def endpoints(self, plan: Plan) -> Endpoints:
        """Return the ways into a built bench; ProviderError when it is not built."""
        ...

    def console(self, plan: Plan, node: NodeName, argv: Sequence[str]) -> int:
        """Run a console (or a command) in a machine on this terminal; return its exit code."""
        ...

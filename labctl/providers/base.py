"""What a provider must be able to do, and the values it answers with."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from labctl.connect.base import Endpoints
from labctl.core.coming import Coming
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import mark
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.plan.model import Plan
from labctl.seal.manifest import Subject
from labctl.spec.hosting import Host


class NodeCondition(StrEnum):
    """What was observed of a machine."""

    RUNNING = mark("en marche")
    STOPPED = mark("arrêtée")  # it was built and does not run
    ABSENT = mark("absente")


class BenchCondition(StrEnum):
    """What was observed of a bench."""

    ABSENT = mark("absent")
    READY = mark("prêt")
    DAMAGED = mark("incomplet")  # built, but a machine is stopped or a cable is gone
    INTERRUPTED = mark("interrompu")  # an up, a reset, a down, a seal did not end
    SEALED = mark("scellé")  # stopped, nothing of it can be reached
    OPENED = mark("ouvert au jury")  # runs on a throw-away copy above what was sealed
    UNKNOWN = mark("inconnu")  # something is there, and only root sees what


@dataclass(frozen=True, slots=True)
class BenchStatus:
    """A bench as it is now, from looking at it.

    ``started`` says since when a machine runs (RFC 3339, UTC), where its start was seen.
    """

    bench: BenchId
    condition: BenchCondition
    nodes: dict[NodeName, NodeCondition]
    missing_cables: tuple[str, ...] = ()
    started: dict[NodeName, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UpOutcome:
    """What ``up`` had to do; both empty when everything was there."""

    started: tuple[NodeName, ...]
    cabled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeProof:
    """What a reset machine is, against what its template says it must be."""

    node: NodeName
    expected: str  # digest of layers, node spec and files, computed from the templates and the plan
    observed: str  # the same, read back from the disk and from the running machine's mounts


@dataclass(frozen=True, slots=True)
class ResetProof:
    """Why a bench may be given to the next candidate."""

    bench: BenchId
    nodes: tuple[NodeProof, ...]
    renewed: tuple[str, ...]  # secrets that differ from before
    kept: tuple[str, ...]  # secrets that should differ and do not
    canary: str  # what was left in the old machines
    looked_at: int  # files in which it was looked for
    found_in: tuple[str, ...]  # where it still was

    def is_proved(self) -> bool:
        """Tell whether every machine is its template and nothing of before is left."""
        same = all(proof.expected == proof.observed for proof in self.nodes)
        return same and bool(self.nodes) and not self.kept and not self.found_in


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing ``doctor`` looked at: what was found, and the hint when it is not enough.

    ``is_known`` is false for what could not be looked at: only root may try it.
    """

    name: str
    ok: bool
    found: str
    hint: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Doorway:
    """A machine that the subject gives a candidate: its name, and what is opened in it."""

    name: NodeName
    title: str
    argv: tuple[str, ...]
    account: str


@dataclass(frozen=True, slots=True)
class Restarting:
    """The machines that a candidate may cut the power of, by name: what the menu calls them.

    ``argv`` is the command that does so, once it has said something and is given ``order`` on its
    standard input, a JSON value with the machine in ``options.nodes``; ``limit_s`` is its time.
    """

    machines: Mapping[NodeName, str]
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    order: str
    limit_s: float


@dataclass(frozen=True, slots=True)
class ClockTold:
    """What a candidate is told of the time of the phase: as it was at an instant (epoch)."""

    at: float
    spent_s: float
    left_s: float
    runs: bool


@dataclass(frozen=True, slots=True)
class WayIn:
    """What a candidate finds behind the port of their bench.

    ``words`` are what the menu says, by the name that it calls them; ``menu`` and ``depot`` are the
    accounts of the menu and of what is handed in, which the code opens; ``files`` wait beside
    what is handed in, by their place.
    """

    menu: str
    depot: str
    code: Secret
    listen: str
    port: int
    title: str
    about: str
    subject: str
    notices: str
    words: Mapping[str, object]
    machines: tuple[Doorway, ...]
    restart: Restarting | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DoorStatus:
    """A candidate's way in as it is now."""

    bench: BenchId
    listen: str
    port: int
    is_paused: bool
    lines: int  # connections
    windows: int
    host_key: str
    handed_in: int  # files
    digest: str = ""
    trouble: str = ""  # what does not freeze
    provider: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that a candidate handed in; ``name`` is a stranger's text, ``path`` is not."""

    name: str
    path: Path
    size: int
    sha256: str
    at: int  # seconds, as its own clock said


class Unseen(ProviderError):
    """A host did not answer: ``benches`` are those that were found without it."""

    def __init__(self, error: ProviderError, benches: tuple[BenchId, ...]) -> None:
        super().__init__(error.message, hint=error.hint)
        self.benches = benches


class Provider(Protocol):
    """Makes the machines of a bench exist; the caller holds the lock of the bench.

    Every method may be called again after a kill at any instant, and converges.
    """

    def up(self, plan: Plan, report: Report, deadline: Deadline) -> UpOutcome:
        """Make every machine of the plan run and be ready; never undoes a candidate's work."""
        ...

    def reset(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> ResetProof:
        """Give back machines (none named: all) as from their templates, and prove it."""
        ...

    def cut_power(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> str:
        """Cut the power of machines, start them again from their disks, wait until they are ready.

        What only ran is lost, as a running configuration that was not saved. Returns what keeps a
        machine from being ready, empty when nothing does: the candidate may have left it so.
        """
        ...

    def down(self, bench: BenchId, deadline: Deadline) -> bool:
        """Remove everything of a bench; tell whether there was something."""
        ...

    def list_benches(self) -> tuple[BenchId, ...]:
        """Return the benches of which something exists, also when their files are gone.

        Unseen when a host did not answer: some of its benches may be missing.
        """
        ...


class Setup(Protocol):
    """Prepares a machine to carry benches: what it lacks, and the images machines are made of."""

    def examine(self, hosts: Sequence[Host]) -> Iterator[Finding]:
        """Look at what this machine needs; ``hosts`` are the room's names for it, if any."""
        ...

    def build_images(self, plans: Sequence[Plan], report: Report, deadline: Deadline) -> int:
        """Build what is missing for some plans, several at once; return how many they need."""
        ...

    def list_needed(self, plans: Sequence[Plan]) -> Mapping[str, str]:
        """Return the role of each image that some plans need, by the image's name."""
        ...

    def list_built(self) -> Mapping[str, str]:
        """Return the same of the images that are there."""
        ...

    def prune(self, kept: Collection[str]) -> tuple[str, ...]:
        """Remove the images that are neither kept nor in use; return the names of those removed."""
        ...


class Observer(Protocol):
    """Tells what exists and how to reach it, without changing anything."""

    def status(self, bench: BenchId) -> BenchStatus:
        """Look at a bench."""
        ...

    def endpoints(self, plan: Plan) -> Endpoints:
        """Return every way into the running machines of a bench."""
        ...

    def serve_argv(self, plan: Plan) -> tuple[str, ...]:
        """Return the local command that reaches ``labctl serve`` beside a bench.

        Empty where the bench is looked at from here: ``endpoints`` are then of use here.
        """
        ...

    def enter_argv(self, bench: BenchId, node: NodeName, argv: Sequence[str]) -> tuple[str, ...]:
        """Return the local command that runs a command inside a machine (its console)."""
        ...


class Sealer(Protocol):
    """Closes a bench for good, and opens it to a jury; the caller holds the lock of the bench.

    Every method may be called again after a kill at any instant, and converges.
    """

    def close(self, bench: BenchId, report: Report, deadline: Deadline) -> None:
        """Cut the network, then stop every machine; throw away what a jury did.

        When it returns nothing of the bench runs or writes any more. ProviderError when the bench
        was never built to its end.
        """
        ...

    def subject(self, bench: BenchId) -> Subject:
        """Return what of the bench is sealed."""
        ...

    def open(self, bench: BenchId, report: Report, deadline: Deadline) -> str:
        """Start the machines on a throw-away copy above what was sealed, which never changes.

        Returns what keeps a machine from being ready, empty when nothing does: the bench is the
        candidate's, who may have left it so.
        """
        ...


class Doorkeeper(Protocol):
    """Lets a candidate in, and out; the caller holds the lock of the bench.

    Every method may be called again after a kill at any instant, and converges.
    """

    def open(self, plan: Plan, way_in: WayIn, report: Report, deadline: Deadline) -> DoorStatus:
        """Open the way in, or leave it open; ProviderError for a bench that does not run."""
        ...

    def close(self, bench: BenchId, deadline: Deadline) -> bool:
        """End every line and window; tell whether there was a way in."""
        ...

    def tell_clock(self, bench: BenchId, clock: ClockTold | None) -> None:
        """Have the menu say the time of the phase, or none."""
        ...

    def pause(self, bench: BenchId) -> DoorStatus:
        """Cut every line and freeze what runs in windows."""
        ...

    def resume(self, bench: BenchId) -> DoorStatus:
        """Give back what ``pause`` took."""
        ...

    def status(self, bench: BenchId) -> DoorStatus | None:
        """Look at the way in, None when there is none; what was handed in is kept by then."""
        ...

    def handed_in(self, bench: BenchId) -> tuple[HandedIn, ...]:
        """Return what was handed in, as it was last kept."""
        ...

    def hand_in(self, bench: BenchId, files: Mapping[str, bytes | None]) -> None:
        """Put files where a candidate hands theirs in, open or not; None takes one away."""
        ...

    def comings(self, bench: BenchId) -> tuple[Coming, ...]:
        """Return what happened at the way in since the bench was built, the first first."""
        ...

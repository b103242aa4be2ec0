"""The folder of a bench: where its things are, what was begun, what was achieved."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from labctl.core import paths, store
from labctl.core.errors import StoreError
from labctl.core.ids import BenchId, NodeName
from labctl.plan import document
from labctl.plan.model import Plan
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.processes import Process
from labctl.seal.document import SealPhase, read_phase

LOCK = "lock"
OPENED = "opened"
"""Folder of what is written while a sealed bench is open to a jury."""


class Phase(StrEnum):
    """What is under way; written before the first change it announces."""

    BUILDING = "building"
    READY = "ready"
    RESTARTING = "restarting"
    RESETTING = "resetting"


@dataclass(frozen=True, slots=True)
class BenchState:
    """The intent record, ``state.json``.

    ``layers`` are the names of each node's layers, topmost first: a node that is restarted gets
    the ones it was built on, whatever the templates have become. ``nodes`` are those the phase
    is about.
    """

    phase: Phase
    plan: str  # digest
    layers: Mapping[NodeName, tuple[str, ...]]
    nodes: tuple[NodeName, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """One bench on this machine; an opened one runs above what was sealed, and leaves it as is."""

    number: BenchId
    is_opened: bool = False

    @property
    def name(self) -> str:
        """Return its number on two digits, as in folder names and tags."""
        return f"{self.number:02d}"

    @property
    def folder(self) -> Path:
        """Return the folder of everything labctl keeps of it."""
        return benches_folder() / self.name

    @property
    def secrets(self) -> Path:
        """Return the folder of its keys and passwords (0700)."""
        return self.folder / "secrets"

    @property
    def workspace(self) -> Path:
        """Return where its state and its machines' folders are."""
        return self.folder / OPENED if self.is_opened else self.folder

    def node_folder(self, node: NodeName) -> Path:
        """Return the folder of one machine."""
        return self.workspace / "nodes" / node

    def list_sealed(self, node: NodeName) -> tuple[Path, ...]:
        """Return what a machine of an opened bench stands on, above its layers."""
        return (self.folder / "nodes" / node / "upper",) if self.is_opened else ()

    def scan(self) -> dict[NodeName, Process]:
        """Return its running machines."""
        found = processes.scan(instance(), self.name)
        return {NodeName(p.node): p for p in found if not p.node.startswith("-")}

    @property
    def way_in(self) -> Path:
        """Return the folder of a candidate's way in, and of what came in by it."""
        return self.folder / "access"


def find(number: BenchId) -> Bench:
    """Return the bench as it is used now: opened to a jury, or the candidate's own."""
    return Bench(number, is_opened=read_phase(Bench(number).folder) is SealPhase.OPEN)


def instance() -> str:
    """Return the short name of this installation, part of every tag."""
    return processes.instance_of(paths.state_dir())


def benches_folder() -> Path:
    """Return the folder of all benches."""
    return paths.state_dir() / "benches"


def list_benches() -> tuple[BenchId, ...]:
    """Return the benches of which something exists, also when their files are gone."""
    tagged = {p.bench for p in processes.scan(instance()) if p.bench.isdecimal()}
    return tuple(sorted({*_list_folders(), *(BenchId(int(name)) for name in tagged)}))


def _list_folders() -> tuple[BenchId, ...]:
    folders = (path for path in benches_folder().glob("[0-9][0-9]") if path.is_dir())
    found = (path.name for path in folders if any(each.name != LOCK for each in path.iterdir()))
    return tuple(BenchId(int(name)) for name in found)


def list_layers() -> frozenset[str]:
    """Return the layers that built benches stand on: a dead machine starts again on its own."""
    states = (read_state(Bench(number)) for number in _list_folders())
    stacks = (stack for state in states if state for stack in state.layers.values())
    return frozenset(name for stack in stacks for name in stack)


def read_state(bench: Bench) -> BenchState | None:
    """Return the intent record, None when there is none that can be understood."""
    try:
        raw = store.read_json(bench.workspace / "state.json")
        if not isinstance(raw, dict):
            return None
        return BenchState(
            phase=Phase(raw["phase"]),
            plan=raw["plan"],
            layers={NodeName(node): tuple(names) for node, names in raw["layers"].items()},
            nodes=tuple(NodeName(node) for node in raw["nodes"]),
        )
    except (StoreError, KeyError, ValueError, AttributeError, TypeError):
        return None


def write_state(bench: Bench, state: BenchState) -> None:
    """Make the intent record durable."""
    document_ = {
        "phase": state.phase,
        "plan": state.plan,
        "layers": {node: list(names) for node, names in state.layers.items()},
        "nodes": list(state.nodes),
    }
    store.write_json(bench.workspace / "state.json", document_)


def forget_state(bench: Bench) -> None:
    """Remove the intent record first: what is left without it counts as interrupted."""
    store.remove(bench.folder / "state.json")
    if bench.folder.is_dir():
        store.sync_folder(bench.folder)


def write_plan(bench: Bench, plan: Plan) -> None:
    """Keep the plan the bench is built from."""
    store.write_bytes(bench.folder / "plan.json", document.to_json(plan).encode())


def read_plan(bench: Bench) -> Plan:
    """Return the plan a bench was built from; StoreError when it was not."""
    return document.from_json(store.read_bytes(bench.folder / "plan.json"))


def list_nodes(bench: Bench) -> tuple[NodeName, ...]:
    """Return the machines of a bench's own plan, none when it has none."""
    try:
        return tuple(read_plan(bench).nodes)
    except (StoreError, KeyError, ValueError, TypeError, AttributeError):
        return ()


def wipe(bench: Bench, keep: Iterable[str] = ()) -> bool:
    """Remove the files of a bench except its lock and those to keep; tell whether there were any.

    The intent record goes first.
    """
    forget_state(bench)
    kept = {LOCK, *keep}
    found = [path for path in bench.folder.glob("*") if path.name not in kept]
    for path in found:
        store.remove(path)
    return bool(found)


def remove_folder(bench: Bench) -> None:
    """Remove the folder of a wiped bench, its lock with it (its holder still has it)."""
    (bench.folder / LOCK).unlink(missing_ok=True)
    if bench.folder.is_symlink():  # to where there was more room
        bench.folder.unlink()
    with suppress(FileNotFoundError):
        bench.folder.rmdir()
    with suppress(OSError):  # other benches are there
        benches_folder().rmdir()

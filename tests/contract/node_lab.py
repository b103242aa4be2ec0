"""Nodes without a bench, for tests of the runtime: a base layer, a program, what is left over."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process
from labctl.providers.namespaces.runtime import Cable, Launch, Startup
from labctl.providers.roles import builder, layers
from labctl.spec.kind import load_chain

STAY = "/usr/bin/busybox sleep infinity"


@dataclass(frozen=True)
class NodeLab:
    """A folder, a layer of programs over the base one, and a tag of its own."""

    folder: Path
    instance: str

    def launch(self, name: str, script: str, *, volatile: bool = False) -> Launch:
        """Return a node whose program is this shell script."""
        programs = self.folder / f"programs-{name}"
        programs.mkdir(exist_ok=True)
        (programs / "run-me").write_text(f"#!/bin/sh\n{script}\n")
        (programs / "run-me").chmod(0o755)
        return Launch(
            NodeName(name),
            f"host-{name}",
            (programs, base_layer()),
            self.folder / name,
            "/run-me",
            "spec",
            volatile,
        )

    def start(self, *launches: Launch, cables: tuple[Cable, ...] = ()) -> dict[str, Process]:
        """Start nodes and return their processes."""
        startup = Startup(launches, {}, cables)
        runtime.start(startup, self.instance, "99", Deadline.after(60))
        return self.scan()

    def scan(self) -> dict[str, Process]:
        """Return the nodes that run."""
        return {process.node: process for process in processes.scan(self.instance)}

    def run(self, node: Process, *argv: str) -> str:
        """Return what a command says in a node."""
        return runtime.run_in(node, argv, Deadline.after(60)).stdout

    def kill_all(self) -> None:
        """End every node of the lab."""
        processes.kill(processes.scan(self.instance), Deadline.after(60))


@contextmanager
def open_lab(folder: Path) -> Iterator[NodeLab]:
    """Give a lab and end its nodes."""
    lab = NodeLab(folder, processes.instance_of(folder))
    try:
        yield lab
    finally:
        lab.kill_all()


def base_layer() -> Path:
    """Return the tree of debian-base, built when it is not there yet."""
    stack = layers.resolve(load_chain("debian-base"))
    builder.build(stack, silent, Deadline.after(300))
    return stack[-1].root


def kill_machine(bench: BenchId, node: NodeName) -> None:
    """Kill the first process of a machine, and see it dead: the kernel ends the others before."""
    first = os.pidfd_open(Bench(bench).scan()[node].pid)
    try:
        signal.pidfd_send_signal(first, signal.SIGKILL)
        assert select.select([first], [], [], 60)[0]
    finally:
        os.close(first)


def list_tenants(folder: Path) -> frozenset[int]:
    """Return every process, tagged or not, that has something below a folder mounted or open."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            mounts = (process / "mountinfo").read_text()
            files = [os.readlink(path) for path in (process / "fd").iterdir()]  # noqa: PTH115
            if str(folder) in mounts or any(name.startswith(str(folder)) for name in files):
                found.add(int(process.name))
    return frozenset(found - {os.getpid()})


def list_links() -> frozenset[str]:
    """Return the interfaces of this namespace."""
    return frozenset(path.name for path in Path("/sys/class/net").iterdir())

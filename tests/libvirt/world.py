"""Virtual machines of a private libvirtd, as the contract of providers wants them."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.providers.libvirt import control, layout
from labctl.providers.libvirt.provider import LibvirtProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from tests.contract.provider_worlds import World, state_at
from tests.libvirt.daemon import POSTE, PROBE, lone_plan, open_daemon


@contextmanager
def open_libvirt(folder: Path) -> Iterator[World]:
    """Give benches of one virtual machine and its neighbour, a namespace."""
    provider = LibvirtProvider()
    with open_daemon("contract") as uri, state_at(folder):
        yield World(
            "libvirt",
            provider,
            provider,
            partial(lone_plan, uri),
            POSTE,
            PROBE,
            folder,
            partial(_run, provider),
            partial(_kill, uri),
        )


def _run(provider: LibvirtProvider, node: NodeName, script: str, bench: int) -> str:
    """Run as root: by the control port of a virtual machine, by the console of a namespace."""
    argv = ("/bin/sh", "-c", script)
    if node != POSTE:
        entered = provider.enter_argv(BenchId(bench), node, argv)
        return command.run(entered, Deadline.after(60)).stdout
    port = Bench(BenchId(bench)).node_folder(POSTE) / "control"
    reply = control.run(port, argv, 20, Deadline.after(60))
    assert reply.code == 0, reply
    return reply.output


def _kill(uri: str, node: NodeName) -> None:
    name = layout.build_guests(lone_plan(uri), benches.instance())[node].name
    done = command.run(("pgrep", "-f", f"guest={name},"), Deadline.after(10))
    os.kill(int(done.stdout.split()[0]), signal.SIGKILL)

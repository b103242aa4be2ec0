"""Virtual machines without a hypervisor: libvirt in memory, machines that answer on their port.

``qemu-img`` and ``nsenter`` are small scripts that come first in PATH: one writes what an overlay
is on, the other notes what it was to run and tells which device is in which bridge.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree.ElementTree import fromstring

import pytest

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from labctl.providers.libvirt import driver, image_build, images
from labctl.providers.libvirt.guests import Setting, VirtualMachines
from labctl.providers.libvirt.layout import Card
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, BenchState, Phase
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles.nodefiles import NodeFile
from tests.hypervisor import Hypervisor
from tests.plans import host_of_machines, plan_of

DC, NAS = NodeName("dc"), NodeName("nas")
IMAGE = "dc-k1"
FILES = {
    "etc/hostname": NodeFile(b"dc\n"),
    "etc/labctl/secrets.json": NodeFile(b"{}", 0o600, is_secret=True),
}
_PROGRAMS = {
    "qemu-img": """#!/bin/sh
for last; do :; done
case $1 in
info) printf '{"full-backing-filename": "%s"}' "$(sed 's/^on //' "$last")" ;;
create)
    while [ $# -gt 1 ]; do [ "$1" = -b ] && base=$2; shift; done
    printf 'on %s' "$base" > "$last" ;;
esac
""",
    "nsenter": """#!/bin/sh
here=${0%/*}
shift 4
echo "$@" >> "$here/ran"
case $* in *lost*) echo "no device" >&2; exit 1 ;; *"link show") cat "$here/links" ;; esac
""",
}


@dataclass
class World:
    """A bench of two virtual machines, and what was done to it."""

    plan: Plan
    folder: Path
    hypervisor: Hypervisor
    machines: VirtualMachines
    said: list[str]
    ports: dict[str, "Port"] = field(default_factory=dict)
    fate: str = "ready"
    """What a machine that is told to start, or to rehearse, comes to."""

    @property
    def bench(self) -> Bench:
        return Bench(self.plan.bench)

    @property
    def state(self) -> BenchState:
        return BenchState(Phase.READY, "digest", dict.fromkeys((DC, NAS), (IMAGE,)))

    def card(self, node: NodeName) -> Card:
        """Return the first card of a machine."""
        return self.machines._guests()[node].cards[0]

    def name(self, node: NodeName) -> str:
        return self.machines._guests()[node].name

    def plug(self, *lost: NodeName) -> None:
        """Have every card in its bridge, but those of lost machines."""
        guests = self.machines._guests()
        cards = [card for node in guests if node not in lost for card in guests[node].cards]
        lines = [f"7: {each.device}@if2: <UP> master {each.bridge} state UP" for each in cards]
        text = "\n".join(["1: lo: <UP> mtu 65536", *lines])
        (self.folder / "bin/links").write_text(text, encoding="utf-8")

    def list_ran(self) -> list[str]:
        """Return the commands that were run in the network of the hypervisor."""
        path = self.folder / "bin/ran"
        return path.read_text("utf-8").splitlines() if path.exists() else []

    def notice(self, xml: str) -> None:
        """Open the control port of a machine that starts, and write a line in its log."""
        devices = fromstring(xml).find("devices")  # noqa: S314  # labctl wrote it
        assert devices is not None
        place = [each.get("path", "") for each in devices.iterfind("channel/source")]
        log = [each.get("path", "") for each in devices.iterfind("serial/source")]
        Path(log[0]).write_text("kernel: hello\n", encoding="utf-8")
        if place[0] in self.ports:
            self.ports[place[0]].close()
        self.ports[place[0]] = Port(Path(place[0]), self)


class Port:
    """The guest's end of a control port: one question after the other, until it is closed."""

    def __init__(self, path: Path, world: World) -> None:
        self.heard: list[str] = []
        self._state = "waiting"
        self._world = world
        path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave, as a machine that ends."""
        with suppress(OSError):  # it has left already
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                link = self._server.accept()[0]
            except OSError:
                return
            with link, link.makefile("rw") as stream:
                reply = self._answer(json.loads(stream.readline()))
                stream.write(json.dumps(reply) + "\n")
                stream.flush()

    def _answer(self, request: Mapping[str, object]) -> dict[str, object]:
        act = str(request["do"])
        self.heard.append(act)
        if act in ("start", "rehearse"):
            self._state = self._world.fate
        reply = {"id": request["id"], "state": self._state, "clock": time.time()}
        return reply | ({"code": 0, "output": "/root\n/srv\n"} if act == "run" else {})


@contextmanager
def open_world(patch: pytest.MonkeyPatch) -> Iterator[World]:
    """Give a bench whose machines have an image, in a hypervisor that has none of them yet."""
    with ExitStack() as stack:
        # a socket's path is short
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="lt-", dir="/tmp")))
        patch.setenv("LABCTL_STATE_DIR", str(folder / "s"))
        patch.setenv("LABCTL_CACHE_DIR", str(folder / "c"))
        _write_programs(folder / "bin", patch)
        hypervisor, said = Hypervisor(), list[str]()
        patch.setitem(sys.modules, "libvirt", hypervisor.module())
        plan = _small_plan()
        host = stack.enter_context(driver.open_host("qemu:///system", Deadline.after(60)))
        place = Process(1, 1, "", "", "libvirtd", "")
        setting = Setting(plan, host, place, said.append, Deadline.after(60))
        world = World(plan, folder, hypervisor, VirtualMachines(setting), said)
        hypervisor.notice = world.notice
        _write_bench(world)
        world.plug()
        yield world
        for port in world.ports.values():
            port.close()


def _small_plan() -> Plan:
    """Return the plan of a bench whose virtual machines are its DC and its NAS."""
    plan = plan_of(1)
    kept = {name: plan.nodes[name] for name in (NodeName("jury"), DC, NAS)}
    links = tuple(link for link in plan.links if {link.a.node, link.b.node} <= set(kept))
    return replace(plan, hosting=host_of_machines("qemu:///system"), nodes=kept, links=links)


def _write_programs(folder: Path, patch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    for name, text in _PROGRAMS.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    patch.setenv("PATH", str(folder), prepend=":")


def _write_bench(world: World) -> None:
    image = images.folder() / IMAGE
    image.mkdir(parents=True)
    for name in ("disk.qcow2", "kernel", "initrd.img"):
        (image / name).write_bytes(name.encode())
    digests = {"disk.qcow2": image_build.digest(image / "disk.qcow2")}
    store.write_json(image / "image.json", {"sha256": digests})
    benches.write_state(world.bench, world.state)

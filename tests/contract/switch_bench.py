"""A real switch with hosts around it: nodes of the embedded runtime, thrown away afterwards."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.progress import Report
from labctl.core.wait import until
from labctl.providers.embedded import builder, layers, processes, runtime, templates, trust
from labctl.providers.embedded.processes import Process
from labctl.providers.embedded.runtime import Cable, Launch, Startup

_BENCH = "01"
_IDLE = "#!/bin/sh\nexec busybox sleep infinity\n"
MANAGEMENT = "198.18.0.2"


@dataclass(frozen=True, slots=True)
class SwitchBench:
    """The nodes by name, the folder they live in, and the key that opens the switch."""

    nodes: dict[str, Process]
    folder: Path
    key: Path

    def run(self, node: str, *argv: str, check: bool = True, stdin: str = "") -> Completed:
        """Run a command in a node."""
        return runtime.run_in(self.nodes[node], argv, Deadline.after(60), check=check, stdin=stdin)

    def cli(self, *lines: str) -> str:
        """Run commands on the switch at the privileged level and return what it said."""
        text = "\n".join(lines)
        return self.run("switch", "/usr/bin/labctl-switch", "--audit", "-c", text).stdout

    def configure(self, *lines: str) -> str:
        """Run configuration commands."""
        return self.cli("configure terminal", *lines, "end")

    def reaches(self, node: str, address: str) -> bool:
        """Tell whether a node gets an answer to a ping within a few tries."""
        return until(lambda: self.ping(node, address), Deadline.after(4), every_s=0.1) is not None

    def ping(self, node: str, address: str) -> bool:
        """Tell whether one ping is answered."""
        done = self.run(node, "ping", "-n", "-c", "1", "-W", "1", address, check=False)
        return done.exit_code == 0


@contextmanager
def switch_bench(
    folder: Path, cables: dict[str, int], addresses: dict[str, str], report: Report
) -> Iterator[SwitchBench]:
    """Start a switch, hosts on its ports (host → port number) with their addresses, and a jury."""
    instance = uuid.uuid4().hex[:8]
    stack = layers.resolve(templates.load_chain("switch"))
    builder.build(stack, report, Deadline.after(500))
    key = _write_switch_files(folder)
    names = ("jury", *cables)
    for name in names:
        _write(folder / name / "upper" / "start", _IDLE, 0o755)
    launches = (
        _launch("switch", folder, [stack[1], stack[0]], "/usr/lib/labctl-switch/start"),
        *(_launch(name, folder, [stack[0]], "/start") for name in names),
    )
    startup = Startup(launches, {}, _cables(cables), _lines(addresses))
    try:
        runtime.start(startup, instance, _BENCH, Deadline.after(20))
        nodes = {process.node: process for process in processes.scan(instance, _BENCH)}
        bench = SwitchBench(nodes, folder, key)
        if not until(lambda: _is_ready(bench), Deadline.after(10), every_s=0.02):
            raise AssertionError((folder / "switch" / "log").read_text())
        yield bench
    finally:
        processes.kill(processes.scan(instance), Deadline.after(5))


def _is_ready(bench: SwitchBench) -> bool:
    return bench.run("switch", "test", "-e", "/run/labctl/ready", check=False).exit_code == 0


def _launch(name: str, folder: Path, stack: Sequence[layers.Layer], program: str) -> Launch:
    roots = tuple(layer.root for layer in stack)
    return Launch(NodeName(name), name, roots, folder / name, program, "test")


def _write_switch_files(folder: Path) -> Path:
    etc = folder / "switch" / "upper" / "etc" / "labctl"
    node = {
        "bench": 1,
        "node": "commutateur",
        "role": "switch",
        "hostname": "commutateur",
        "management": {"interface": "mgmt0", "address": f"{MANAGEMENT}/24"},
        "interfaces": [],
        "parameters": {},
    }
    _write(etc / "node.json", json.dumps(node), 0o644)
    audit, host = trust.draw_key(), trust.draw_key()
    _write(etc / "authorized_keys", audit.public + "\n", 0o600)
    _write(etc / "ssh_host_ed25519_key", host.private.decode(), 0o600)
    _write(folder / "known_hosts", f"{MANAGEMENT} {host.public}\n", 0o644)
    _write(folder / "audit_key", audit.private.decode(), 0o600)
    return folder / "audit_key"


def _cables(cables: dict[str, int]) -> tuple[Cable, ...]:
    wired = [("jury", "eth0", "mgmt0", 200), *((n, "eth0", f"gi{p}", p) for n, p in cables.items())]
    return tuple(
        Cable(
            NodeName(name), interface, f"02:00:00:00:01:{number:02x}",
            NodeName("switch"), peer, f"02:00:00:00:02:{number:02x}",
        )
        for name, interface, peer, number in wired
    )  # fmt: skip


def _lines(addresses: dict[str, str]) -> tuple[tuple[NodeName, tuple[str, ...]], ...]:
    up = ("link set lo up", "link set eth0 up")
    switch = ("link set lo up", f"addr add {MANAGEMENT}/24 dev mgmt0", "link set mgmt0 up")
    hosts = [(NodeName(n), (*up, f"addr add {a} dev eth0")) for n, a in addresses.items() if a]
    bare = [(NodeName(name), up) for name, address in addresses.items() if not address]
    return (
        (NodeName("switch"), switch),
        (NodeName("jury"), (*up, "addr add 198.18.0.1/24 dev eth0")),
        *hosts,
        *bare,
    )


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)

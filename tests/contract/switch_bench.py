"""A real switch with hosts around it: nodes of the embedded runtime, thrown away afterwards."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.processes import Process
from labctl.providers.namespaces.runtime import Cable, Launch, Startup
from labctl.providers.roles import builder, layers, trust
from labctl.spec.kind import load_chain

_BENCH = "01"
_IDLE = "#!/bin/sh\nexec busybox sleep infinity\n"
MANAGEMENT = "198.18.0.2"
LIMIT_S = 60.0
"""Longest wait for what happens in tenths of a second: the machine may have a lot to do."""


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
        """Run commands on the switch at the privileged level and return what it said.

        Its exit code is left: what it says of a line that it refuses is for the test.
        """
        text = "\n".join(lines)
        argv = ("/usr/bin/labctl-switch", "--audit", "-c", text)
        return self.run("switch", *argv, check=False).stdout

    def configure(self, *lines: str) -> str:
        """Run configuration commands."""
        return self.cli("configure terminal", *lines, "end")

    def wait_ready(self) -> None:
        """Wait until the switch says that it is what it must be."""
        log = self.folder / "switch" / "log"
        if not until(self._is_ready, Deadline.after(LIMIT_S), every_s=0.02):
            raise AssertionError(log.read_text(encoding="utf-8"))

    def _is_ready(self) -> bool:
        done = self.run("switch", "/usr/lib/labctl-switch/check", check=False)
        return done.exit_code == 0

    def reaches(self, node: str, address: str) -> bool:
        """Tell whether a node gets an answer to a ping, if need be after many tries."""
        return bool(until(lambda: self.ping(node, address), Deadline.after(LIMIT_S), every_s=0.1))

    def ping(self, node: str, address: str) -> bool:
        """Tell whether one ping is answered."""
        done = self.run(node, "ping", "-n", "-c", "1", "-W", "1", address, check=False)
        return done.exit_code == 0


@dataclass(frozen=True, slots=True)
class Host:
    """A machine on a port of the switch; ``role`` names the image that it runs."""

    port: int
    address: str = ""
    role: str = "debian-base"


@contextmanager
def switch_bench(folder: Path, hosts: Mapping[str, Host]) -> Iterator[SwitchBench]:
    """Start a switch from the factory, hosts on its ports, and a jury on its management."""
    instance = uuid.uuid4().hex[:8]
    key = _write_switch_files(folder)
    startup = Startup(_launches(folder, hosts), {}, _cables(hosts), _lines(hosts))
    try:
        runtime.start(startup, instance, _BENCH, Deadline.after(LIMIT_S))
        nodes = {str(process.node): process for process in processes.scan(instance, _BENCH)}
        bench = SwitchBench(nodes, folder, key)
        bench.wait_ready()
        yield bench
    finally:
        processes.kill(processes.scan(instance), Deadline.after(LIMIT_S))


def _launches(folder: Path, hosts: Mapping[str, Host]) -> tuple[Launch, ...]:
    roles = {"jury": "debian-base", **{name: host.role for name, host in hosts.items()}}
    for name in roles:
        _write(folder / name / "upper" / "start", _IDLE, 0o755)
    return (
        _launch("switch", folder, "switch", "/usr/lib/labctl-switch/start"),
        *(_launch(name, folder, role, "/start") for name, role in roles.items()),
    )


def _launch(name: str, folder: Path, role: str, program: str) -> Launch:
    stack = layers.resolve(load_chain(role))
    builder.build(stack, silent, Deadline.after(500))
    roots = tuple(layer.root for layer in reversed(stack))
    return Launch(NodeName(name), name, roots, folder / name, program, "test", volatile=True)


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


def _cables(hosts: Mapping[str, Host]) -> tuple[Cable, ...]:
    wired = [("jury", "mgmt0", 200), *((n, f"gi{h.port}", h.port) for n, h in hosts.items())]
    return tuple(cable(name, interface, number) for name, interface, number in wired)


def cable(name: str, interface: str, number: int) -> Cable:
    """Return the cable from a machine to an interface of the switch."""
    ends = (f"02:00:00:00:01:{number:02x}", f"02:00:00:00:02:{number:02x}")
    return Cable(NodeName(name), "eth0", ends[0], NodeName("switch"), interface, ends[1])


def _lines(hosts: Mapping[str, Host]) -> tuple[tuple[NodeName, tuple[str, ...]], ...]:
    up = ("link set lo up", "link set eth0 up")
    switch = ("link set lo up", f"addr add {MANAGEMENT}/24 dev mgmt0", "link set mgmt0 up")
    return (
        (NodeName("switch"), switch),
        (NodeName("jury"), (*up, "addr add 198.18.0.1/24 dev eth0")),
        *((NodeName(name), (*up, *_address(host))) for name, host in hosts.items()),
    )


def _address(host: Host) -> tuple[str, ...]:
    return (f"addr add {host.address} dev eth0",) if host.address else ()


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)

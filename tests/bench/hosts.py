"""The field: machines with a real sshd each, in namespaces of their own, on one bridge."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labctl.connect import vantage
from labctl.connect.base import Vantage
from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.wait import until
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.runtime import Cable, Launch, Startup
from tests.bench.asked import GATEWAY, PREFIX
from tests.contract.node_lab import base_layer

HUB = NodeName("hub")
SSHD = """\
Port 22
HostKey /etc/field/host_key
AuthorizedKeysFile /etc/field/authorized_keys
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
MaxSessions 20
MaxStartups 64
PerSourcePenalties no
Subsystem sftp internal-sftp
"""
HOST = f"""\
#!/bin/sh
n=$(uname -n)
ip link set lo up
ip address add {PREFIX}.${{n#h}}/16 dev eth0
ip link set eth0 up
ip route add default via {GATEWAY}
echo nameserver 192.0.2.53 > /etc/resolv.conf
mkdir -p /run/sshd
exec /usr/sbin/sshd -D -f /etc/field/sshd_config
"""
BRIDGE = f"""\
#!/bin/sh
ip link set lo up
ip link add br0 type bridge
for n in $(seq %d); do ip link set p$n master br0 up; done
ip address add {GATEWAY}/16 dev br0
ip link set br0 up
exec busybox sleep infinity
"""
START_S = 120


@dataclass(frozen=True)
class Field:
    """The hosts that run, the way in, and the place to look from."""

    pids: dict[int, int]  # number of a host → its first process
    key: Path
    trust: str
    place: Vantage

    @property
    def hosts(self) -> tuple[int, ...]:
        """Return the numbers of the hosts."""
        return tuple(sorted(self.pids))


@contextmanager
def open_field(count: int, folder: Path) -> Iterator[Field]:
    """Give a field of so many hosts, each answering; nothing is left of it."""
    layer, key = _prepare(folder, count)
    base = base_layer()
    names = [NodeName(f"h{number}") for number in range(1, count + 1)]
    launches = [
        Launch(name, str(name), (layer, base), folder / name, program, "spec")
        for name, program in ((HUB, "/run-hub"), *((name, "/run-host") for name in names))
    ]
    cables = [
        Cable(HUB, f"p{at}", f"02:00:01:00:00:{at:02x}", name, "eth0", f"02:00:00:00:00:{at:02x}")
        for at, name in enumerate(names, start=1)
    ]
    tag = processes.instance_of(folder)
    try:
        runtime.start(
            Startup(tuple(launches), {}, tuple(cables)), tag, "99", Deadline.after(START_S)
        )
        found = {process.node: process.pid for process in processes.scan(tag)}
        place = vantage.identify(found[HUB])
        for number in range(1, count + 1):
            vantage.run_from(place, lambda number=number: _await(number))  # type: ignore[misc]
        trust = " ".join((layer / "etc/field/host_key.pub").read_text().split()[:2])
        yield Field({at: found[name] for at, name in enumerate(names, start=1)}, key, trust, place)
    finally:
        processes.kill(processes.scan(tag), Deadline.after(60))


def address(number: int) -> str:
    """Return the address of a host."""
    return f"{PREFIX}.{number}"


def greet(number: int) -> bool:
    """Connect to a host and read its greeting, as the floor of every contender."""
    try:
        with socket.create_connection((address(number), 22), timeout=5) as link:
            return link.recv(64).startswith(b"SSH-2.0")
    except OSError:
        return False


def _await(number: int) -> None:
    if not until(lambda: greet(number), Deadline.after(START_S)):
        raise SystemExit(f"host {number} does not answer")


def _prepare(folder: Path, count: int) -> tuple[Path, Path]:
    """Write what all hosts share; return that layer and the private key of the contenders."""
    layer, key = folder / "layer", folder / "key"
    own = layer / "etc/field"
    own.mkdir(parents=True)
    for path in (own / "host_key", key):
        argv = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path))
        run(argv, Deadline.after(20))
    (own / "authorized_keys").write_text(key.with_suffix(".pub").read_text())
    (own / "sshd_config").write_text(SSHD)
    (layer / "etc/labfield").write_text("bienvenue\n")
    for name, text in (("run-host", HOST), ("run-hub", BRIDGE % count)):
        (layer / name).write_text(text)
        (layer / name).chmod(0o755)
    return layer, key

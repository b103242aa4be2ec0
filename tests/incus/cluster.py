"""An Incus cluster in emulated machines of this computer, which only its loopback reaches.

    python -m tests.incus.cluster start FOLDER    prints the file of a room on it; kept when it runs
    python -m tests.incus.cluster stop FOLDER     ends the machines and removes the folder

A namespace cannot run Incus with unprivileged containers where cgroups are hybrid; a guest of QEMU
without hardware virtualisation (TCG) can. Members are on a cable of their own (a socket of the
folder); each has one port of 127.0.0.1, forwarded by QEMU, which lets nothing of a member out.
"""

import io
import json
import os
import shutil
import signal
import socket
import sys
import tarfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.plan.model import Hosting, Plan
from labctl.providers.incus.link import Identity, Server
from labctl.providers.libvirt import images
from labctl.providers.libvirt.images import GuestImage
from labctl.providers.roles import layers
from labctl.spec.kind import load_chain
from tests.incus_server import issue

ADDRESSES = {"n1": "10.98.0.11", "n2": "10.98.0.12"}
FIRST = "n1"
CONTENT = Path(__file__).parent
KIND, KVM_KIND = "incus-host", "incus-kvm-host"
BUILD_S, BOOT_S = 900.0, 180.0
SLOWNESS = 10
"""How many times its usual time an emulated machine may take."""
MEMORY_MIB, CORES, POOL_MIB = 4096, 2, 16384
"""What one whole bench of the shipped title takes, and its images."""
KVM_MEMORY_MIB, KVM_POOL_MIB = 8192, 65536
"""What a bench with a Windows is promised."""
_ARGUMENTS = (
    "console=ttyS0 quiet loglevel=3 panic=-1 audit=0 mitigations=off root=/dev/vda rw init="
)
_INIT = "/usr/lib/labctl-incus/init"
_READY = "labctl-incus: ready "


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs: how each member is asked, and as whom."""

    servers: Mapping[str, Server]
    identity: Identity
    folder: Path


def start(folder: Path, able: Collection[str] = ()) -> Cluster:
    """Start the members that do not run yet, and wait until each is in the cluster.

    Those that are able run virtual machines besides.
    """
    folder.mkdir(parents=True, exist_ok=True)
    identity = Identity(folder / "labctl.crt", folder / "labctl.key")
    if not identity.key.exists():
        issue(folder, "labctl")
    for name in ADDRESSES:
        if not _is_running(folder, name):
            _make_disks(folder, name, identity, is_able=name in able)
            _launch(folder, name, _find_port(), is_able=name in able)
    prints = {name: _wait_ready(folder, name) for name in ADDRESSES}
    ports = {name: int((folder / f"{name}.port").read_text()) for name in ADDRESSES}
    servers = {name: Server("127.0.0.1", ports[name], prints[name]) for name in ADDRESSES}
    return Cluster(servers, identity, folder)


def cut(cluster: Cluster, name: str) -> None:
    """Cut the power of a member; its disks keep what it had written."""
    pid = _read_pid(cluster.folder, name)
    os.kill(pid, signal.SIGTERM)  # what QEMU itself holds of a disk reaches it
    assert until(lambda: not _is_running(cluster.folder, name), Deadline.after(30))


def boot(cluster: Cluster, name: str) -> None:
    """Start a member again on its own disks, at the same address, and wait until it is ready."""
    (cluster.folder / f"{name}.log").unlink()
    _launch(cluster.folder, name, cluster.servers[name].port)
    _wait_ready(cluster.folder, name)


def stop(folder: Path) -> None:
    """End the members at once, and forget them."""
    for name in ADDRESSES:
        if _is_running(folder, name):
            with suppress(ProcessLookupError):
                os.kill(_read_pid(folder, name), signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(folder: Path, able: Collection[str] = ()) -> Iterator[Cluster]:
    """Run a cluster for a while; one that `make test-incus` keeps in a folder is left as it is."""
    kept = os.environ.get("LABCTL_TEST_INCUS", "")
    if "/" in kept:
        yield start(Path(kept), able)
        return
    try:
        yield start(folder, able)
    finally:
        stop(folder)


def build_image(kind: str = KIND) -> GuestImage:
    """Build the disk of a member, or find it built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_CONTENT_DIR", str(CONTENT))
        stack = layers.resolve(load_chain(kind))
        return images.ensure_images({kind: stack}, silent, Deadline.after(BUILD_S))[kind]


def _find_image(*, is_able: bool) -> GuestImage:
    return build_image(KVM_KIND if is_able else KIND)


def _make_disks(folder: Path, name: str, identity: Identity, *, is_able: bool) -> None:
    """Make the disks of a new member: its system, what it is to be, its pool."""
    image, limit = _find_image(is_able=is_able), Deadline.after(30)
    size = KVM_POOL_MIB if is_able else POOL_MIB
    for end in ("qcow2", "log", "pool"):
        (folder / f"{name}.{end}").unlink(missing_ok=True)
    backing = ("-b", str(image.disk), "-F", "qcow2")
    disk, pool = (str(folder / f"{name}.{end}") for end in ("qcow2", "pool"))
    command.run(("qemu-img", "create", "-q", "-f", "qcow2", *backing, disk), limit)
    command.run(("qemu-img", "create", "-q", "-f", "qcow2", pool, f"{size}M"), limit)
    _write_seed(folder / f"{name}.tar", name, identity)


def _launch(folder: Path, name: str, port: int, *, is_able: bool = False) -> None:
    image = _find_image(is_able=is_able)
    memory = KVM_MEMORY_MIB if is_able else MEMORY_MIB
    disk, seed, log, pool = (folder / f"{name}.{end}" for end in ("qcow2", "tar", "log", "pool"))
    (folder / f"{name}.port").write_text(str(port))
    argv = (
        *("qemu-system-x86_64", "-name", f"labctl-incus-{name}", "-daemonize"),
        *("-pidfile", str(folder / f"{name}.pid"), "-nodefaults", "-no-user-config"),
        *("-no-reboot", "-display", "none", "-machine", "pc", "-cpu", "max", "-smp", str(CORES)),
        *("-accel", "tcg,thread=multi,tb-size=256", "-m", str(memory)),
        *("-kernel", str(image.kernel), "-initrd", str(image.initrd)),
        *("-append", _ARGUMENTS + _INIT, "-serial", f"file:{log}"),
        *("-drive", f"file={disk},if=virtio,format=qcow2,cache=unsafe"),
        *("-drive", f"file={seed},if=virtio,format=raw,readonly=on"),
        *("-drive", f"file={pool},if=virtio,format=qcow2,cache=unsafe,discard=unmap"),
        *("-netdev", f"user,id=way,restrict=on,hostfwd=tcp:127.0.0.1:{port}-10.0.2.15:8443"),
        *("-device", "virtio-net-pci,netdev=way,romfile="),
        *("-netdev", _cable(folder, name)),
        *("-device", f"virtio-net-pci,netdev=lan,romfile=,mac={_mac(name)}"),
        *(
            "-object",
            "rng-random,id=rng,filename=/dev/urandom",
            "-device",
            "virtio-rng-pci,rng=rng",
        ),
    )
    command.run(argv, Deadline.after(30))


def _cable(folder: Path, name: str) -> str:
    """Return the end of the cable between the two members."""
    peer = next(other for other in ADDRESSES if other != name)
    ends = (f"local.path={folder}/{name}.end", f"remote.path={folder}/{peer}.end")
    return f"dgram,id=lan,local.type=unix,remote.type=unix,{','.join(ends)}"


def _mac(name: str) -> str:
    return f"52:54:00:98:00:{ADDRESSES[name].rpartition('.')[2]}"


def _write_seed(seed: Path, name: str, identity: Identity) -> None:
    hosts = "".join(f"{address} {host}\\n" for host, address in ADDRESSES.items())
    others = " ".join(other for other in ADDRESSES if other != FIRST)
    words = {"NAME": name, "ADDRESS": ADDRESSES[name], "FIRST": FIRST, "OTHERS": others}
    lines = "".join(f"{word}='{value}'\n" for word, value in {**words, "HOSTS": hosts}.items())
    content = {"member.conf": lines.encode(), "labctl.crt": identity.certificate.read_bytes()}
    with tarfile.open(seed, "w") as archive:
        for path, data in content.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_ready(folder: Path, name: str) -> str:
    """Return the fingerprint that the member says its cluster has."""
    log = folder / f"{name}.log"

    def look() -> str:
        text = log.read_text("utf-8", "replace")
        failed = "labctl-incus: failed" in text or not _is_running(folder, name)
        return _READY if failed else text.partition(_READY)[2].partition("\n")[0].strip()

    found = until(look, Deadline.after(BOOT_S), every_s=0.2)
    if found in (None, _READY):
        tail = log.read_text("utf-8", "replace")[-3000:]
        raise RuntimeError(f"the Incus member {name} does not start:\n{tail}")
    return str(found)


def _read_pid(folder: Path, name: str) -> int:
    return int((folder / f"{name}.pid").read_text())


def _is_running(folder: Path, name: str) -> bool:
    with suppress(OSError, ValueError):
        argv = Path(f"/proc/{_read_pid(folder, name)}/cmdline").read_bytes()
        return f"labctl-incus-{name}".encode() in argv and str(folder).encode() in argv
    return False


def place(plan: Plan, cluster: Cluster, member: str) -> Plan:
    """Return a plan on a member, which is asked itself."""
    server = cluster.servers[member]
    own = {
        "address": server.where,
        "fingerprint": server.fingerprint,
        "certificate": str(cluster.identity.certificate),
        "key": str(cluster.identity.key),
        "pool": "default",
        "member": member,
    }
    return replace(plan, provider="incus", hosting=Hosting("grappe", patience=8.0, own=own))


def main(act: str, folder: str) -> None:
    """Start or stop the cluster of a folder."""
    place = Path(folder).resolve()
    if act == "stop":
        stop(place)
        return
    sys.stdout.write(f"{write_room(start(place), place)}\n")


def write_room(cluster: Cluster, folder: Path, shipped: str = "demo") -> Path:
    """Write a shipped room of demonstration, its first two benches on a member each."""
    rooms = CONTENT.parents[1] / "inventories/rooms"
    text = (rooms / f"{shipped}.room.yml").read_text(encoding="utf-8")
    head, mark, benches = text.partition("bancs:\n")
    public = "graine: "  # it will do: nobody is examined on the demonstration
    changes = {f"id: {shipped}\n": f"id: {shipped}-incus\n", "embedded": "incus"}
    changes[public] = f"# labctl: ignore graine-publique\n{public}"
    for old, new in changes.items():
        head = head.replace(old, new)
    hosts = "".join(f"  - {json.dumps(describe(cluster, name))}\n" for name in ADDRESSES)
    kept = "".join(benches.splitlines(keepends=True)[: len(ADDRESSES)])
    room = folder / f"{shipped}-incus.room.yml"
    room.write_text(f"{head}hotes:\n{hosts}{mark}{kept}", encoding="utf-8")
    return room


def describe(cluster: Cluster, name: str) -> dict[str, object]:
    """Return a host of a room: one member of the cluster, which is asked itself."""
    server = cluster.servers[name]
    return {
        "nom": name,
        "adresse": server.where,
        "empreinte": server.fingerprint,
        "certificat": str(cluster.identity.certificate),
        "cle": str(cluster.identity.key),
        "membre": name,
        "lenteur": SLOWNESS,
        "memoire_mib": MEMORY_MIB,
        "disque_mib": POOL_MIB,
        "coeurs": CORES,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The sealed disks of a bench: snapshots of its machines, kept, given back, and read.

A disk is read on its member, in a container that is made of a copy of it: a file of eight tebibytes
that is all hole costs nothing there, and no disk crosses the network. Nothing on the disk can be
trusted, so of it nothing runs: the first program of the container is a static busybox of labctl's
own, which makes a folder with labctl's own Python the root of all that follows.
"""

import secrets
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import silent
from labctl.core.untrusted import one_line
from labctl.plan.model import Plan
from labctl.providers.incus import clusters, inventory, layout, reader, works
from labctl.providers.incus.client import NOT_FOUND, Forgotten, Refused, locate
from labctl.providers.incus.inventory import Machine
from labctl.providers.incus.layout import READER, Tag
from labctl.providers.incus.works import Works
from labctl.providers.namespaces.bench import instance
from labctl.providers.roles import builder
from labctl.providers.roles.images import stack_of
from labctl.seal.tree import Entry

SEALED = "sealed"
"""The snapshot of a machine that a seal vouches for."""
_SCRIPT = """\
"$1/busybox" mount -n -i -o bind / "$1/tree"
"$1/busybox" chroot "$1" /busybox tar -xzf /kit -C /
exec "$1/busybox" chroot "$@"
"""
_BUSYBOX = "usr/bin/busybox"
_INTERPRETER = (
    3  # PT_INTERP: a program that names one is not static (System V ABI, "Program Header")
)


@dataclass(frozen=True, slots=True)
class Disk:
    """The sealed disk of one machine of a bench; it is read when its entries are asked for."""

    plan: Plan
    member: str
    node: NodeName

    def list_entries(self, deadline: Deadline) -> dict[str, Entry]:
        """Return every name on the disk; ProviderError when it cannot be read whole."""
        with clusters.open_cluster(clusters.find_way(self.plan), deadline) as client:
            tag = Tag(instance(), self.plan.bench)
            return _read(Works(client, self.plan, tag, self.member), self.node)


def keep(bench: Works, node: NodeName) -> None:
    """Keep the disk of a stopped machine to be sealed, in the place of what was kept before."""
    forget(bench, node)
    try:
        bench.client.change("POST", bench.locate(node, "snapshots"), {"name": SEALED})
    except Forgotten:
        if not _is_kept(bench, node):
            raise


def give_back(bench: Works, node: NodeName) -> None:
    """Give a stopped machine its sealed disk; what was done since is lost."""
    _require_kept(bench, node)
    works.restore(bench, node, SEALED)


def forget(bench: Works, node: NodeName) -> None:
    """Remove the sealed disk of a machine, if there is one."""
    if not _is_kept(bench, node):
        return
    try:
        bench.client.change("DELETE", bench.locate(node, "snapshots", SEALED))
    except Forgotten:
        if _is_kept(bench, node):
            raise


def drop_reader(bench: Works) -> None:
    """Remove what a reading that was killed left."""
    for machine in inventory.list_machines(bench.client, bench.tag.project):
        if machine.tag.node == READER:
            _drop(bench, machine)


def _drop(bench: Works, machine: Machine) -> None:
    if not machine.is_stopped:
        works.stop(bench, READER)
    try:
        works.remove_machine(bench.client, replace(machine, is_stopped=True))
    except Forgotten:
        if works.is_there(bench, READER):
            raise


def _is_kept(bench: Works, node: NodeName) -> bool:
    try:
        bench.client.read(bench.locate(node, "snapshots", SEALED))
    except Refused as exc:
        if exc.code == NOT_FOUND:
            return False
        raise
    return True


def _require_kept(bench: Works, node: NodeName) -> None:
    if not _is_kept(bench, node):
        said = _("banc %(bench)02d : la grappe n'a plus le disque scellé de « %(node)s »")
        raise ProviderError(said % {"bench": bench.plan.bench, "node": node})


def _read(bench: Works, node: NodeName) -> dict[str, Entry]:
    _require_kept(bench, node)
    name = f".labctl-{secrets.token_hex(8)}"  # nothing on the disk can be called so before
    place = f"/{name}"
    with _copied(bench, node, place):
        _lay_kit(bench, place)
        works.start(bench, READER)
        argv = name_command(name, bench.client.deadline.remaining_s())
        said = works.run(bench, READER, argv, reader.ENVIRONMENT, cap=reader.MOST_BYTES)
    if said.code != 0:
        message = _("le disque scellé de « %(node)s » ne peut être lu : %(why)s")
        why = one_line(said.errors.strip() or f"code {said.code}")
        raise ProviderError(message % {"node": node, "why": why})
    return reader.parse(said.output.splitlines())


def name_command(name: str, seconds: float) -> tuple[str, ...]:
    """Return the command that reads the disk it runs on; ``name`` is the folder of the kit there.

    Once a busybox unpacks it is in a root of its own: it asks the C library who owns a file.
    """
    listing = reader.name_command("/tree", name, seconds)
    return (f"/{name}/busybox", "sh", "-ec", _SCRIPT, "sh", f"/{name}", *listing)


@contextmanager
def _copied(bench: Works, node: NodeName, place: str) -> Iterator[None]:
    """Make a container of a copy of a sealed disk, without a cable, for as long as it is read."""
    drop_reader(bench)
    tag = Tag(bench.tag.instance, bench.tag.bench, READER)
    seconds = int(bench.client.deadline.remaining_s()) + 1
    cards = set(layout.list_devices(bench.plan, tag, bench.plan.nodes[node])) - {layout.ROOT}
    body = {
        "name": READER,
        "type": "container",
        "source": {"type": "copy", "source": f"{layout.name_machine(node)}/{SEALED}"},
        "profiles": [],
        "config": {
            **tag.config(image=""),
            "raw.lxc": f"lxc.init.cmd = {place}/busybox sleep {seconds}",
        },
        "devices": {card: {"type": "none"} for card in sorted(cards)},
    }
    where = locate("instances", project=tag.project, target=bench.member)
    try:
        _make_reader(bench, where, body)
        yield
    except BaseException:
        with suppress(ProviderError):  # the next reading, or down, removes it
            drop_reader(bench)
        raise
    drop_reader(bench)


def _make_reader(bench: Works, where: str, body: Mapping[str, object]) -> None:
    try:
        bench.client.change("POST", where, body)
    except Forgotten:
        if not works.is_there(bench, READER):
            raise


def _lay_kit(bench: Works, place: str) -> None:
    _put(bench, place, b"", "directory")
    _put(bench, f"{place}/tree", b"", "directory")
    _put(bench, f"{place}/busybox", _find_busybox(bench.plan, bench.client.deadline), "file")
    _put(bench, f"{place}/kit", reader.pack_kit(), "file")


def _put(bench: Works, path: str, content: bytes, kind: str) -> None:
    headers = {
        "X-Incus-uid": "0",
        "X-Incus-gid": "0",
        "X-Incus-type": kind,
        "X-Incus-mode": "0700",
    }
    bench.client.upload(bench.locate(READER, "files", path=path), content, headers)


def _find_busybox(plan: Plan, deadline: Deadline) -> bytes:
    """Return the busybox of the jury's own layers; ProviderError unless it is static."""
    stack = stack_of(plan.nodes[plan.management.vantage])
    builder.build(stack, silent, deadline)
    for layer in stack:
        path = layer.root / _BUSYBOX
        if path.is_file() and _is_static(content := path.read_bytes()):
            return content
    raise ProviderError(_("l'image du jury n'a pas de busybox statique"))


def _is_static(program: bytes) -> bool:
    """Tell whether a program (ELF, 64 bits, little-endian) loads no library."""
    start, size, count = (
        *struct.unpack_from("<Q", program, 0x20),
        *struct.unpack_from("<HH", program, 0x36),
    )
    kinds = (struct.unpack_from("<I", program, start + rank * size)[0] for rank in range(count))
    return _INTERPRETER not in kinds

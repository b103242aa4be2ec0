"""A real Windows of a bench on a cluster: what makes it itself is a disc, which holds secrets.

The disc is a volume of the bench's project, taken out and removed once the machine answers. What
Incus does was seen with empty disks in the place of masters, never with a Windows:
``vm_templates/windows/README.md``.
"""

from collections.abc import Mapping

from labctl.core import secrets
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from labctl.providers.incus import layout
from labctl.providers.incus.client import NOT_FOUND, Refused, locate
from labctl.providers.incus.layout import DISC, Device
from labctl.providers.incus.works import Works
from labctl.providers.namespaces.bench import Bench
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.windows.building import write_disc
from labctl.providers.windows.copies import Master, find_master, list_windows
from labctl.providers.windows.disc import machine_files
from labctl.providers.windows.machine import VIRTIO

_WRITABLE = frozenset(
    {"architecture", "config", "description", "devices", "ephemeral", "profiles", "stateful"}
)
"""What a change of an instance says, whole ("InstancePut", in Incus's REST API)."""


def find_masters(plan: Plan) -> dict[NodeName, Master]:
    """Return the master of each real Windows of a plan.

    ProviderError when one is missing, or was installed without the drivers of what Incus gives a
    machine.
    """
    found = {name: find_master(plan, plan.nodes[name].kind) for name in sorted(list_windows(plan))}
    bare = [master.name for master in found.values() if master.bus != VIRTIO]
    if bare:
        said = _("%(name)s : ce master n'a pas les pilotes virtio, qu'Incus demande")
        hint = _("refaites-le : labctl images build … --virtio virtio-win.iso")
        raise ProviderError(said % {"name": ", ".join(bare)}, hint=hint)
    return found


def give_disc(bench: Works, node: NodeName, files: Mapping[str, NodeFile]) -> None:
    """Give a machine that was never started its disc, in a drive; ``files`` are those of any."""
    take_disc(bench, node)  # what a killed labctl left
    headers = {"X-Incus-name": layout.name_disc(node), "X-Incus-type": "iso"}
    bench.client.upload(_locate_discs(bench), _make_disc(bench, node, files), headers)
    _change_drive(bench, node, {DISC: layout.describe_disc(bench.plan, node)})


def take_disc(bench: Works, node: NodeName) -> None:
    """Take the disc out of a machine, which may run, and remove it; succeeds without one."""
    _change_drive(bench, node, {})
    try:
        bench.client.change("DELETE", _locate_discs(bench, layout.name_disc(node)))
    except Refused as exc:
        if exc.code != NOT_FOUND:
            raise


def _locate_discs(bench: Works, *name: str) -> str:
    where = ("storage-pools", layout.find_pool(bench.plan), "volumes", "custom", *name)
    return locate(*where, project=bench.tag.project, target=bench.member)


def _make_disc(bench: Works, node: NodeName, files: Mapping[str, NodeFile]) -> bytes:
    """Return a disc; while it is made it lies in the folder of its bench, and goes with that."""
    path = Bench(bench.plan.bench).node_folder(node) / "disc.iso"
    given = machine_files(bench.plan, bench.plan.nodes[node], files, secrets.draw())
    try:
        write_disc(path, given, bench.client.deadline)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def _change_drive(bench: Works, node: NodeName, drive: Mapping[str, Device]) -> None:
    """Have a machine have a drive, or none."""
    found = bench.client.read(bench.locate(node))
    devices = {name: one for name, one in found["devices"].items() if name != DISC}
    wanted = {**devices, **drive}
    if wanted != found["devices"]:
        body = {key: value for key, value in found.items() if key in _WRITABLE}
        bench.client.change("PUT", bench.locate(node), {**body, "devices": wanted})

"""Why an instance that was not started yet is as new: its disk, its devices, what it was given."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.providers.base import NodeProof
from labctl.providers.incus import inventory, works
from labctl.providers.incus.client import locate
from labctl.providers.incus.init import FILES
from labctl.providers.incus.observation import list_changes, list_moves
from labctl.providers.incus.works import Works
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.windows.copies import list_windows

_FILES_CAP = 8 << 20


def prove(bench: Works, name: NodeName, alias: str, files: Mapping[str, NodeFile]) -> NodeProof:
    """Compare an instance that was not started yet with what it must be made of, and where.

    Its disk is named by the image that Incus made it from; its files are read back. ProviderError
    when the cluster does not say what it is made of.
    """
    client = bench.client
    image = client.read(locate("images", "aliases", alias))["target"]
    machines = inventory.list_machines(client, bench.tag.project)
    machine = next((each for each in machines if each.tag.node == name), None)
    if machine is None:  # somebody removed it meanwhile
        said = _("Incus ne dit pas de quoi la machine « %(name)s » est faite")
        hint = _("incus cluster list, sur un membre")
        raise ProviderError(said % {"name": name}, hint=hint)
    packed = works.pack(files)
    if name in list_windows(bench.plan):
        taken = packed  # its disc was just written, and cannot be read back
    else:
        taken = client.read_bytes(bench.locate(name, "files", path=FILES), cap=_FILES_CAP)
    changes = (
        *list_changes(bench.plan, bench.tag, machine),
        *list_moves(bench.member, machine),
    )
    base = machine.config.get("volatile.base_image")
    return NodeProof(name, _digest(image, (), packed), _digest(base, changes, taken))


def _digest(image: object, changes: Sequence[str], files: bytes) -> str:
    text = json.dumps([image, list(changes), hashlib.sha256(files).hexdigest()])
    return hashlib.sha256(text.encode()).hexdigest()

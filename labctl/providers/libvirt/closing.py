"""End a virtual machine for its jury, and put an empty disk above the one that was sealed.

``root`` is the root of libvirtd's file system, where firmware and TPM have their state.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.providers.libvirt import control, disks, firmware
from labctl.providers.libvirt.domain_xml import Parts
from labctl.providers.libvirt.driver import Domain, Host
from labctl.providers.namespaces.bench import Bench

DEFINITION = "domain.xml"
"""File beside a machine's disks: what its domain was when it was sealed."""
_SYNC_S = 20.0


def end(host: Host, bench: Bench, root: Path, deadline: Deadline, domain: Domain) -> None:
    """Have a machine write what it holds, keep what is beside its disks, and end it.

    One that does not answer is ended as by a power cut.
    """
    folder = bench.node_folder(NodeName(domain.tag.node))
    if domain.is_running:
        with suppress(ProviderError):
            limit = deadline.within(2 * _SYNC_S)
            control.run(folder / "control", ("/bin/sync",), _SYNC_S, limit)
    kept = folder / DEFINITION
    if folder.is_dir() and not kept.exists():  # else it is of the sealing that counts
        host.stop(domain.name)
        firmware.keep(domain.xml, root, folder, deadline)
        store.write_bytes(kept, domain.xml.encode())
    host.remove(domain.name)


def lift(parts: Parts, sealed: Bench, root: Path, deadline: Deadline) -> None:
    """Make the disks of a machine of an opened bench: an empty one above, copies of the rest."""
    below = sealed.node_folder(NodeName(parts.disk.parent.name))
    parts.disk.parent.mkdir(parents=True)
    disks.make_overlay(below / parts.disk.name, parts.disk, deadline)
    shutil.copyfile(below / parts.seed.name, parts.seed)
    definition = below / DEFINITION
    if definition.exists():
        firmware.give_back(store.read_bytes(definition).decode(), root, below, deadline)

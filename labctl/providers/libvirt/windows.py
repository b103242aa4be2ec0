"""A real Windows of a bench: a copy of the centre's master, and the disc that makes it itself.

The disc holds secrets: only root reads it, and it is destroyed once the machine answers. Nothing
here was ever seen by a Windows: ``vm_templates/windows/README.md``.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.connect.base import Endpoint
from labctl.core import secrets
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.plan.model import Node, Plan
from labctl.providers.base import NodeProof
from labctl.providers.libvirt import disks, domain_xml, windows_xml
from labctl.providers.libvirt.driver import Host
from labctl.providers.libvirt.layout import Guest
from labctl.providers.libvirt.windows_xml import WindowsParts
from labctl.providers.namespaces.bench import Bench
from labctl.providers.roles import fingerprint, nodefiles
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.windows.building import write_disc
from labctl.providers.windows.copies import Look, Master, await_done, is_done
from labctl.providers.windows.disc import machine_files


@dataclass(frozen=True, slots=True)
class WindowsMachine:
    """One Windows, and what it is made of."""

    plan: Plan
    guest: Guest
    master: Master
    bench: Bench
    host: Host
    deadline: Deadline

    @property
    def node(self) -> Node:
        """Return it in the plan."""
        return self.plan.nodes[NodeName(self.guest.tag.node)]

    @property
    def folder(self) -> Path:
        """Return the folder of its files."""
        return self.bench.node_folder(self.node.name)

    @property
    def disc(self) -> Path:
        """Return its disc, which lives until the machine answers."""
        return self.folder / "disc.iso"

    @property
    def parts(self) -> WindowsParts:
        """Return its files as they are: with its disc as long as there is one."""
        disc = self.disc if self.disc.exists() else None
        return WindowsParts(self.folder / "disk.qcow2", self.master.bus, disc, self.master.name)

    @property
    def xml(self) -> str:
        """Return its domain."""
        return windows_xml.render(self.guest, self.parts)

    def require_processor(self) -> None:
        """Raise ProviderError where it would be emulated: it would take hours to start."""
        if self.guest.virt_type != "kvm":
            said = _("%(node)s : un Windows ne tourne pas sans virtualisation matérielle")
            raise ProviderError(said % {"node": self.node.name}, hint="virt_type: kvm")

    def clear(self) -> None:
        """Remove what there is of it."""
        self.host.remove(self.guest.name)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def begin(self, files: Mapping[str, NodeFile]) -> None:
        """Give it an empty overlay on the master and its disc, and start it."""
        disks.make_overlay(self.master.disk, self.parts.disk, self.deadline)
        given = machine_files(self.plan, self.node, files, secrets.draw())
        write_disc(self.disc, given, self.deadline)
        self.host.start(self.xml)

    def boot_again(self) -> None:
        """Start it again on its own disk; ProviderError when that is gone."""
        if not self.parts.disk.exists():
            said = _("%(node)s : le fichier %(path)s n’existe plus")
            hint = f"labctl reset --node {self.node.name}"
            values = {"node": self.node.name, "path": self.parts.disk}
            raise ProviderError(said % values, hint=hint)
        self.host.stop(self.guest.name)
        self.host.start(self.xml)

    def finish(self, way: Endpoint, look: Look = is_done) -> None:
        """Wait until the first logon is over, then destroy the disc."""
        await_done(way, self.deadline, look)
        if self.disc.exists():
            self.host.change_disc(self.guest.name, windows_xml.render_empty_drive())
            self.disc.unlink()

    def prove(self, files: Mapping[str, NodeFile]) -> NodeProof:
        """Tell whether it is a copy of its master and of nothing else, as far as its disks say.

        What is inside is not looked at, nor is the master hashed: it is tens of gigabytes.
        """
        spec = nodefiles.spec_digest(self.plan, self.node)
        listing = fingerprint.expect_listing(files)
        layers = (self.master.name, str(self.master.disk))
        expected = fingerprint.compute(layers, spec, listing)
        below = disks.read_base(self.parts.disk, self.deadline)
        running = domain_xml.parse(self.host.dump(self.guest.name) or "<domain/>")
        wanted = domain_xml.parse(self.xml)
        if running is None or wanted is None or running.disks != wanted.disks:
            return NodeProof(self.node.name, expected, "")
        return NodeProof(
            self.node.name, expected, fingerprint.compute((running.image, below), spec, listing)
        )

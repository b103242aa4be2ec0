"""A real Windows of a bench: a copy of the centre's master, and the disc that makes it itself.

The disc holds secrets: only root reads it, and it is destroyed once the machine answers. Nothing
here was ever seen by a Windows: ``vm_templates/windows/README.md``.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError, parse

from labctl.connect.base import Endpoint, Question, Transport
from labctl.connect.cim.winrm import open_winrm
from labctl.core import paths, secrets
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.wait import until
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
from labctl.providers.windows.disc import machine_files

BOOT_S = 2400.0
"""Longest first start: Windows sets itself up, logs on once, and restarts."""
_LOOK_S, _EVERY_S = 30.0, 5.0
_DONE = {"hive": "HKLM", "keys": r"SOFTWARE\Labctl", "values": {"FirstLogon": "string"}}
"""What ``first-logon.ps1`` writes last."""


Look = Callable[[Endpoint, Deadline], bool]


@dataclass(frozen=True, slots=True)
class Master:
    """The master of a template and a variant, as ``images build`` prepared it."""

    name: str
    disk: Path
    bus: str


def find_master(plan: Plan, kind: str) -> Master:
    """Return the master that a machine is copied from; ProviderError when there is none."""
    folder = paths.cache_dir() / "windows" / kind / plan.variant
    disk, bus = folder / "master.qcow2", ""
    with suppress(OSError, ParseError):
        target = parse(folder / "master.xml").find("devices/disk[@device='disk']/target")  # noqa: S314  # ours
        bus = "" if target is None else target.get("bus", "")
    if not bus or not disk.is_file():
        said = _("le master de Windows de la variante %(variant)s manque : %(disk)s")
        hint = _("labctl images build %(kind)s --iso ISO : voir vm_templates/windows/README.md")
        values = {"variant": plan.variant, "disk": disk}
        raise ProviderError(said % values, hint=hint % {"kind": kind})
    return Master(f"{kind}-{plan.variant}", disk, bus)


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

    def finish(self, way: Endpoint, look: Look) -> None:
        """Wait until the first logon is over, then destroy the disc."""
        limit = self.deadline.within(BOOT_S)
        if not until(lambda: look(way, limit.within(_LOOK_S)), limit, every_s=_EVERY_S):
            said = _("la machine %(name)s %(what)s")
            what = _("n’a pas fini de démarrer à temps")
            raise ProviderError(said % {"name": self.node.name, "what": what})
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


def is_done(way: Endpoint, deadline: Deadline) -> bool:
    """Tell whether a Windows answers the audit account, its first logon over."""
    node, text = way.node, r"HKLM\SOFTWARE\Labctl"
    asked = Question(node, Transport.CIM, text, dict(_DONE), timeout_s=_LOOK_S)
    with suppress(ConnectError):
        session = open_winrm(way, deadline)
        try:
            (answer,) = session.ask((asked,), deadline)
        finally:
            session.close()
        if answer.trouble is None:
            keys = json.loads(answer.output).get("keys", {})
            return any(values.get("FirstLogon") == "done" for values in keys.values())
    return False

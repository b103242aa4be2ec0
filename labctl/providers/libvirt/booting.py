"""One virtual machine: from its image to a golden state, and from that to a machine that starts."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report, log
from labctl.providers.libvirt import (
    control,
    disks,
    domain_xml,
    golden,
    hostnet,
    readiness,
    seed,
)
from labctl.providers.libvirt.domain_xml import Parts
from labctl.providers.libvirt.driver import Host
from labctl.providers.libvirt.golden import Golden
from labctl.providers.libvirt.images import KERNEL_ARGUMENTS, GuestImage
from labctl.providers.libvirt.layout import Guest
from labctl.providers.libvirt.proof import Base
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles.nodefiles import NodeFile

_BOOT_S = 240.0
"""Longest wait for one machine to boot: several do it together, emulated, on few cores."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A virtual machine and what it is made of."""

    guest: Guest
    image: GuestImage
    spec: str  # digest of what of the plan it is told
    bench: Bench
    host: Host
    place: Process  # in whose network its cards are
    report: Report
    deadline: Deadline

    @property
    def node(self) -> NodeName:
        """Return its name in the plan."""
        return NodeName(self.guest.tag.node)

    @property
    def folder(self) -> Path:
        """Return the folder of its files."""
        return self.bench.node_folder(self.node)

    @property
    def parts(self) -> Parts:
        """Return its files."""
        return Parts(
            kernel=self.image.kernel,
            initrd=self.image.initrd,
            arguments=f"{KERNEL_ARGUMENTS} root=/dev/vda rw",
            disk=self.folder / "disk.qcow2",
            seed=self.folder / "seed.img",
            log=self.folder / "log",
            control=self.folder / "control",
            image=self.image.name,
        )

    @property
    def xml(self) -> str:
        """Return its domain."""
        return domain_xml.render(self.guest, self.parts)

    def clear(self) -> None:
        """End and forget what there was of it, its golden state apart."""
        self.host.remove(self.guest.name)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def find_golden(self) -> Golden | None:
        """Return its golden state, None when it has none that fits."""
        return golden.find(self.bench, self.node, self._fits())

    def take_golden(self, files: Mapping[str, NodeFile]) -> Golden | None:
        """Start it with files of nobody, cut from every network, and keep the moment it is ready.

        None when it does not come to that: it will be started for good from its image.
        """
        parts = self.parts
        disks.make_overlay(self.image.disk, parts.disk, self.deadline)
        seed.write_seed(files, parts.seed)
        self.host.start(self.xml)
        for card in self.guest.cards:
            hostnet.unplug(self.place, card.device, self.deadline)
        readiness.await_waiting(parts.control, parts.log, self._limit())
        try:
            control.rehearse(parts.control, self._limit())
            readiness.await_rehearsed(parts.control, parts.log, self._limit())
        except ProviderError as exc:
            log.debug("rehearsal of %s: %s", self.guest.name, exc)
            self.clear()
            return None
        taken = golden.open_new(self.bench, self.node)
        self.host.save(self.guest.name, str(taken.state))
        parts.disk.rename(taken.disk)
        return golden.publish(taken, self._fits())

    def begin(self, state: Golden | None, files: Mapping[str, NodeFile]) -> Base:
        """Give it a fresh overlay and its files, and tell it to start; return what it stands on.

        Restored from a golden state, it renews what stands on secrets, and runs already.
        """
        parts = self.parts
        base = Base.of(self.image, state, parts)
        disks.make_overlay(base.disk, parts.disk, self.deadline)
        seed.write_seed(files, parts.seed)
        looked = base.look(self.deadline)
        if state is None:
            self.host.start(self.xml)
            readiness.await_waiting(parts.control, parts.log, self._limit())
        else:
            try:
                self.host.restore(self.xml, str(state.state))
            except ProviderError as exc:
                log.debug("restore %s: %s", self.guest.name, exc)
                return self._begin_cold(state, files)
        control.start(parts.control, self._limit())
        return looked

    def boot_again(self) -> None:
        """Start it again on its own disk; ProviderError when that is gone."""
        parts = self.parts
        for path in (parts.disk, parts.seed):
            if not path.exists():
                said = _("%(node)s : le fichier %(path)s n’existe plus")
                hint = f"labctl reset --node {self.node}"
                raise ProviderError(said % {"node": self.node, "path": path}, hint=hint)
        self.host.stop(self.guest.name)
        self.host.start(self.xml)
        readiness.await_waiting(parts.control, parts.log, self._limit())
        control.start(parts.control, self._limit())

    def _begin_cold(self, state: Golden, files: Mapping[str, NodeFile]) -> Base:
        """Boot it from its image, as its golden state is refused, which is forgotten."""
        said = _("%(node)s : l’état de référence ne convient pas, démarrage à froid")
        self.report(said % {"node": self.node})
        self.host.remove(self.guest.name)
        golden.forget(state)
        self.parts.disk.unlink()
        return self.begin(None, files)

    def _fits(self) -> str:
        return golden.key(self.xml, self.host.version(), self.image, self.spec)

    def _limit(self) -> Deadline:
        return self.deadline.within(_BOOT_S)

"""Why a virtual machine is its template: its disk before the boot, its state, its files."""

import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from labctl.providers.base import NodeProof
from labctl.providers.libvirt import disks, domain_xml
from labctl.providers.libvirt.domain_xml import Parts
from labctl.providers.libvirt.golden import Golden
from labctl.providers.libvirt.images import GuestImage
from labctl.providers.roles import fingerprint, nodefiles
from labctl.providers.roles.nodefiles import NodeFile


@dataclass(frozen=True, slots=True)
class Base:
    """What a machine stands on: as it was made, and as found on disk just before the boot."""

    image: str
    disk: Path
    state: Path | None
    parts: Parts
    made: tuple[str, ...]  # digests of the disk below and of the saved state, when they were made
    found: tuple[str, ...] = ()  # the same, the overlay and what it says it is on, looked at
    fresh: str = ""  # digest of an empty overlay

    @classmethod
    def of(cls, image: GuestImage, state: Golden | None, parts: Parts) -> "Base":
        """Return what a machine is about to stand on."""
        if state is None:
            return cls(image.name, image.disk, None, parts, (image.sha256["disk.qcow2"], ""))
        made = (state.disk_sha256, state.state_sha256)
        return cls(image.name, state.disk, state.state, parts, made)

    def look(self, deadline: Deadline) -> "Base":
        """Return the same with what is on disk now."""
        overlay = self.parts.disk
        state = disks.digest(self.state) if self.state else ""
        below = disks.read_base(overlay, deadline)
        found = (disks.digest(self.disk), state, below, disks.digest(overlay))
        return replace(self, found=found, fresh=disks.expect_overlay(self.disk, overlay, deadline))


def prove(
    plan: Plan, name: NodeName, base: Base, files: Mapping[str, NodeFile], running: str
) -> NodeProof:
    """Return what a machine must be and what it was found to be; ``running`` is its XML now."""
    spec = nodefiles.spec_digest(plan, plan.nodes[name])
    layers = (base.image, *base.made, str(base.disk), base.fresh)
    expected = fingerprint.compute(layers, spec, fingerprint.expect_listing(files))
    seen = domain_xml.parse(running) if running else None
    wanted = (("vda", str(base.parts.disk)), ("vdb", str(base.parts.seed)))
    if seen is None or seen.disks != wanted:
        return NodeProof(name, expected, "")
    listing = fingerprint.expect_listing(read_seed(base.parts.seed, files))
    observed = fingerprint.compute((seen.image, *base.found), spec, listing)
    return NodeProof(name, expected, observed)


def read_seed(path: Path, files: Mapping[str, NodeFile]) -> dict[str, NodeFile]:
    """Return the files that a seed holds, secret where they have to be."""
    found = {}
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                expected = files.get(member.name)
                is_secret = expected is not None and expected.is_secret
                found[member.name] = NodeFile(content.read(), member.mode, is_secret)
    return found

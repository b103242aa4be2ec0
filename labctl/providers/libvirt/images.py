"""Guest images: a role as one disk, with the kernel and initrd that start it.

A role has one definition and two forms: the disk holds what the role's layers hold when they are
stacked, and the tree of the ``guest`` layer, by which a virtual machine starts as a node does.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.providers.libvirt import image_build
from labctl.providers.roles import builder, layers, locks, templates
from labctl.providers.roles.layers import Layer

_FORMAT = 1
"""Raised when the way images are made changes what is in them."""
_KEY_LENGTH = 16
_GUEST = "guest"

KERNEL_ARGUMENTS = "console=ttyS0 quiet loglevel=3 panic=-1 audit=0 init=/usr/lib/labctl-guest/init"
"""The command line of a guest's kernel: what it says, and what ``start`` says, is on ttyS0."""


@dataclass(frozen=True, slots=True)
class GuestImage:
    """What a virtual machine of a role is started from; ``key`` says what is in it.

    ``disk`` (qcow2) is never written: a machine has an overlay on it. ``sha256`` is by file name.
    """

    role: str
    key: str
    disk: Path
    kernel: Path
    initrd: Path
    sha256: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the folder's name: what a bench keeps to say what it stands on."""
        return f"{self.role}-{self.key}"


def folder() -> Path:
    """Return where every guest image is."""
    return paths.cache_dir() / "guests"


def ensure_images(
    stacks: Mapping[str, Sequence[Layer]], report: Report, deadline: Deadline
) -> dict[str, GuestImage]:
    """Build the images that are missing, and the layers below them; return them by role.

    ``stacks`` are the layers of each role, the lowest first. Two builders of one image do not meet:
    the second one waits and finds it built.
    """
    guest = layers.resolve(templates.load_chain(_GUEST))
    builder.build(guest, report, deadline)
    found = {}
    for role, stack in stacks.items():
        key = _key(stack, guest[-1])
        place = folder() / f"{role}-{key}"
        if image_build.read_digests(place) is None:
            builder.build(stack, report, deadline)
            with locks.hold(paths.cache_dir() / "locks" / place.name, "images build", deadline):
                if image_build.read_digests(place) is None:
                    image_build.build(place, stack, guest[-1], report, deadline)
        found[role] = _image(role, key, place)
    return found


def find(name: str) -> GuestImage:
    """Return an image by its name; ProviderError when it is gone."""
    role, _dash, key = name.rpartition("-")
    place = folder() / name
    if image_build.read_digests(place) is None:
        said = _("l’image %(name)s n’existe plus") % {"name": name}
        raise ProviderError(said, hint="labctl reset")
    return _image(role, key, place)


def _image(role: str, key: str, place: Path) -> GuestImage:
    return GuestImage(
        role=role,
        key=key,
        disk=place / image_build.DISK,
        kernel=place / image_build.KERNEL,
        initrd=place / image_build.INITRD,
        sha256=image_build.read_digests(place) or {},
    )


def _key(stack: Sequence[Layer], guest: Layer) -> str:
    content = (_FORMAT, image_build.DISK_BYTES, [layer.name for layer in stack], guest.name)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:_KEY_LENGTH]

"""Guest images: a role as one disk, with the kernel and initrd that start it.

A role has one definition and two forms: the disk holds what the role's layers hold when they are
stacked, and the tree of the ``guest`` layer, by which a virtual machine starts as a node does.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths, store
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.libvirt import catalogue, image_build, layout
from labctl.providers.namespaces import bench as benches
from labctl.providers.roles import builder, layers, locks
from labctl.providers.roles.images import stack_of
from labctl.providers.roles.layers import Layer
from labctl.providers.windows.copies import list_windows
from labctl.spec.kind import load_chain

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


def list_stacks(plan: Plan) -> dict[str, tuple[Layer, ...]]:
    """Return the layers of each role of a plan that has a guest image, the lowest first."""
    own = layout.list_guests(plan) - list_windows(plan)
    return {plan.nodes[name].kind: stack_of(plan.nodes[name]) for name in sorted(own)}


def guest_layers() -> tuple[Layer, ...]:
    """Return the layers that hold the kernel and PID 1 of every guest."""
    return layers.resolve(load_chain(_GUEST))


def ensure_images(
    stacks: Mapping[str, Sequence[Layer]], report: Report, deadline: Deadline
) -> dict[str, GuestImage]:
    """Build the images that are missing, and the layers below them; return them by role.

    Two builders of one image do not meet: the second one waits and finds it built. ProviderError
    when a byte of one is no more what it was (``catalogue``).
    """
    guest = guest_layers()
    names, new = name_images(stacks), set()
    for role, stack in stacks.items():
        place = folder() / names[role]
        if image_build.read_digests(place) is None:
            builder.build((*guest, *stack), report, deadline)
            with locks.hold(paths.cache_dir() / "locks" / place.name, "images build", deadline):
                if image_build.read_digests(place) is None:
                    with store.writing(place):
                        image_build.build(place, stack, guest[-1], report, deadline)
                    new.add(place.name)
    catalogue.check({name: folder() / name for name in names.values()}, new, deadline)
    return {role: find(name) for role, name in names.items()}


def name_images(stacks: Mapping[str, Sequence[Layer]]) -> dict[str, str]:
    """Return the name of the image of each role, built or not."""
    guest = guest_layers()[-1]
    return {role: f"{role}-{_key(stack, guest)}" for role, stack in stacks.items()}


def list_built() -> tuple[str, ...]:
    """Return the names of the images of the cache."""
    return tuple(
        sorted(place.name for place in folder().glob("*") if image_build.read_digests(place))
    )


def prune(needed: Iterable[str]) -> tuple[str, ...]:
    """Remove every image but those named and those in use; return the names of the removed ones."""
    keep = {*needed, *benches.list_layers(), *_list_open()}
    removed = tuple(name for name in list_built() if name not in keep)
    layers.throw_away(folder() / name for name in removed)
    return removed


def _list_open() -> set[str]:
    """Return the images that a machine of any installation has open."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            target = link.readlink()
            if target.is_relative_to(folder()):
                found.add(target.relative_to(folder()).parts[0])
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

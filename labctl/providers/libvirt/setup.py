"""What the libvirt provider needs of a machine: a hypervisor, layers, and disks made of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import Finding
from labctl.providers.libvirt import images as guests
from labctl.providers.libvirt.doctor import look_at_hosts
from labctl.providers.libvirt.rooms import VmHost
from labctl.providers.roles import layers
from labctl.providers.roles.layers import Layer
from labctl.providers.works import doctor, images
from labctl.spec.hosting import Host

_DISKS = "guests/"
"""Where the disks of virtual machines are in the cache, beside the layers."""


class LibvirtSetup:
    """Prepares a machine for virtual machines and namespaces."""

    def examine(self, hosts: Sequence[Host]) -> Iterator[Finding]:
        """Look at what namespaces need, then at the hypervisor of each host."""
        yield from doctor.look_here()
        machines = [host for host in hosts if isinstance(host, VmHost)]
        if machines:
            yield from look_at_hosts(machines)

    def build_images(self, plans: Sequence[Plan], report: Report, deadline: Deadline) -> int:
        """Build the layers that are missing, then the disks; return how many layers there are."""
        wanted = _find_layers(plans)
        images.build(wanted.values(), report, deadline)
        for plan in plans:
            guests.ensure_images(guests.list_stacks(plan), report, deadline)
        return len(wanted)

    def list_needed(self, plans: Sequence[Plan]) -> Mapping[str, str]:
        """Return the role of each layer and disk that some plans need, by name."""
        found = {name: layer.role for name, layer in _find_layers(plans).items()}
        for plan in plans:
            names = guests.name_images(guests.list_stacks(plan))
            found |= {f"{_DISKS}{name}": role for role, name in names.items()}
        return found

    def list_built(self) -> Mapping[str, str]:
        """Return the same of what is there."""
        disks = {f"{_DISKS}{name}": name.rpartition("-")[0] for name in guests.list_built()}
        return images.list_built() | disks

    def prune(self, kept: Collection[str]) -> tuple[str, ...]:
        """Remove the disks and layers that are neither kept nor in use."""
        gone = guests.prune(name.removeprefix(_DISKS) for name in kept)
        return (*(f"{_DISKS}{name}" for name in gone), *layers.prune(kept))


def _find_layers(plans: Sequence[Plan]) -> dict[str, Layer]:
    return images.find_layers(plans) | {layer.name: layer for layer in guests.guest_layers()}

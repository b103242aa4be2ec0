"""What the embedded provider needs of a machine: a kernel that can, and layers."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import Finding
from labctl.providers.roles import layers
from labctl.providers.works import doctor, images
from labctl.spec.hosting import Host


class EmbeddedSetup:
    """Prepares a machine for namespaces over layers."""

    def examine(self, hosts: Sequence[Host]) -> Iterator[Finding]:
        """Look at what this machine needs."""
        del hosts
        return doctor.look_here()

    def build_images(self, plans: Sequence[Plan], report: Report, deadline: Deadline) -> int:
        """Build the layers that are missing for some plans; return how many they need."""
        wanted = images.find_layers(plans)
        images.build(wanted.values(), report, deadline)
        return len(wanted)

    def list_needed(self, plans: Sequence[Plan]) -> Mapping[str, str]:
        """Return the role of each layer that some plans need, by name."""
        return {name: layer.role for name, layer in images.find_layers(plans).items()}

    def list_built(self) -> Mapping[str, str]:
        """Return the same of the layers that are there."""
        return images.list_built()

    def prune(self, kept: Collection[str]) -> tuple[str, ...]:
        """Remove the layers that are neither kept nor in use."""
        return layers.prune(kept)

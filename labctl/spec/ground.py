"""What the blocks of a cahier stand on: the machines of the bench, known by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from labctl.spec.loader import Value

_WORKSTATION = "poste"


@dataclass(frozen=True, slots=True)
class Ground:
    """The topology of one variant, against which every block is resolved."""

    machines: tuple[str, ...]


def build_ground(tree: Mapping[str, Value]) -> Ground:
    """Return the topology of a cahier whose references are replaced, as far as it is well formed.

    A machine has a name (``nom``): what only says where a service runs is none.
    """
    devices = tree.get("equipements")
    blocks = dict(devices) if isinstance(devices, Mapping) else {}
    blocks[_WORKSTATION] = tree.get(_WORKSTATION)
    named = (n for n, block in blocks.items() if isinstance(block, Mapping) and "nom" in block)
    return Ground(tuple(named))

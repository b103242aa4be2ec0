"""What the blocks of a cahier stand on: the machines and the networks of one variant, by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Interface

from labctl.core.ids import NodeName
from labctl.spec.layout import read_layout
from labctl.spec.loader import Value
from labctl.spec.survey import build_topology
from labctl.spec.topology import Machine, NodeState, Segment


@dataclass(frozen=True, slots=True)
class Ground:
    """The topology of one variant, against which every block is resolved.

    ``damaged`` names the segments whose own values are wrong: they are told of where they are
    written, and nothing more is said of what refers to them.
    """

    machines: Mapping[NodeName, Machine]
    segments: Mapping[str, Segment] = field(default_factory=dict)
    damaged: frozenset[str] = frozenset()

    @property
    def addresses(self) -> Mapping[NodeName, tuple[IPv4Interface, ...]]:
        """Return the addresses of the cards of each machine."""
        return {
            name: tuple(card.address for card in machine.cards.values() if card.address)
            for name, machine in self.machines.items()
        }


def build_ground(tree: Mapping[str, Value], kinds: Mapping[str, str]) -> Ground:
    """Return the topology of a cahier whose references are replaced, as far as it is well formed.

    ``kinds`` are those that a room chose. A machine that is ill formed is known by its name.
    """
    layout = read_layout(tree)
    topology = build_topology(layout, kinds)
    named = tree.get("machines")
    names = (NodeName(name) for name in (named if isinstance(named, Mapping) else ()))
    unknown = {name: Machine(name, "", "", NodeState.TO_CONFIGURE, {}) for name in names}
    unsound = {name for name, segment in layout.segments.items() if not segment.is_sound}
    segments = {name: one for name, one in topology.segments.items() if name not in unsound}
    return Ground({**unknown, **topology.machines}, segments, layout.damaged | unsound)

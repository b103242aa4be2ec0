"""Colours of the picture: one per segment, told apart by colour-blind readers too."""

from collections.abc import Mapping
from dataclasses import dataclass

from labctl.plan.model import Link, Plan

_COLOURS = ("#0072b2", "#8e44ad", "#009e73", "#d55e00", "#475569", "#9ca3af", "#b8860b", "#a0366b")
OUTSIDE = "#334155"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colour of each segment."""

    by_name: Mapping[str, str]

    @classmethod
    def of(cls, plan: Plan) -> "Palette":
        """Return the palette of a plan, in the order of its segments."""
        return cls({name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(plan.segments)})

    def segment(self, name: str) -> str:
        """Return the colour of a segment; what is outside of them has its own."""
        return self.by_name.get(name, OUTSIDE)

    def link(self, link: Link) -> list[str]:
        """Return the colours of a cable: one for each segment that it carries."""
        return [self.segment(name) for name in link.carried]

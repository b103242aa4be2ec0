"""Colours of the picture: one per VLAN, told apart by colour-blind readers too."""

from collections.abc import Mapping
from dataclasses import dataclass

from labctl.plan.model import Plan

_COLOURS = ("#0072b2", "#8e44ad", "#009e73", "#d55e00", "#475569", "#9ca3af", "#b8860b", "#a0366b")
OUTSIDE = "#334155"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colour of each VLAN."""

    by_name: Mapping[str, str]
    by_vid: Mapping[int, str]
    names: Mapping[int, str]

    @classmethod
    def of(cls, plan: Plan) -> "Palette":
        """Return the palette of a plan, in the order of its VLANs."""
        colours = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(plan.segments)}
        vids = {segment.vid: segment.name for segment in plan.segments.values()}
        return cls(colours, {vid: colours[name] for vid, name in vids.items()}, vids)

    def segment(self, name: str) -> str:
        """Return the colour of a segment; what is outside the VLANs has its own."""
        return self.by_name.get(name, OUTSIDE)

    def vid(self, vid: int) -> str:
        """Return the colour of a VLAN number."""
        return self.by_vid.get(vid, OUTSIDE)

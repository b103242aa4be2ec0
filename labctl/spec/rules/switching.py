"""What the blocks of the switch and of the access point say of segments and cables."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.devices import ACCESS_POINT
from labctl.spec.layout import CableForm
from labctl.spec.loader import Path_
from labctl.spec.rules.machines import known_segments
from labctl.spec.rules.view import Finding, View, select

_VLAN_NAMES = ("equipements.point_acces.ssid.*.vlan",)


def find_unknown_vlans(view: View) -> Iterator[Finding]:
    """Every VLAN named is defined."""
    named = [found for pattern in _VLAN_NAMES for found in select(view.subject, pattern)]
    for path, name in named:
        if name not in view.segments:
            said = _("segment « %(name)s » inconnu") % {"name": name}
            yield Finding(path, said, known_segments(view))


def find_missing_tags(view: View) -> Iterator[Finding]:
    """The cable of the access point carries the segments of its wireless networks."""
    needed = dict.fromkeys(ssid.vlan for ssid in view.subject.devices.access_point.ssids)
    for rank, cable in _cables_of(view, ACCESS_POINT):
        for name in needed:
            if name in view.segments and name not in cable.segments:
                said = _("la liaison « %(cable)s » ne porte pas %(segment)s, celui d'un SSID")
                values = {"cable": cable.name, "segment": name}
                yield Finding(("liaisons", rank, "segments"), said % values)


def find_wrong_native(view: View) -> Iterator[Finding]:
    """The access point asks for its address untagged: its segment is the native one."""
    card = view.card(ACCESS_POINT)
    for rank, cable in _cables_of(view, ACCESS_POINT):
        if card is not None and cable.is_trunk and cable.native != card.segment:
            said = _(
                "le segment natif de la liaison « %(cable)s » n'est pas %(segment)s, où est"
                " l'adresse du point d'accès"
            )
            path: Path_ = ("liaisons", rank, "natif") if cable.native else ("liaisons", rank)
            yield Finding(path, said % {"cable": cable.name, "segment": card.segment})


def _cables_of(view: View, machine: str) -> Iterator[tuple[int, CableForm]]:
    """Yield the cables that carry a machine, or end at it."""
    for rank, cable in enumerate(view.subject.cables):
        names = {*cable.carries, *(place.partition(".")[0] for place in cable.between)}
        if machine in names:
            yield rank, cable

"""Who reaches the Internet, who administers, who is given an address: each can be, and is tried."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View, select

WEB, DNS = 80, 53
_ROUTER: Path_ = ("equipements", "routeur")
_OF_USERS = ("equipements.point_acces.ssid.*.vlan",)
"""Where a VLAN stands for those who are in it."""


def find_vlans_without_gateway(view: View) -> Iterator[Finding]:
    """Who uses or administers the network is in a VLAN that leads somewhere."""
    for pattern in _OF_USERS:
        for path, name in select(view.subject, pattern):
            segment = view.segments.get(name)
            if segment is not None and segment.gateway is None and segment.network is not None:
                said = _(
                    "le segment %(name)s n'a pas de passerelle : ce qui s'y trouve ne va nulle part"
                )
                hint = _("donnez-lui une passerelle dans « segments », ou ne le nommez pas ici")
                yield Finding(path, said % {"name": name}, hint)


def find_missing_guests(view: View) -> Iterator[Finding]:
    """There are guests: a wireless network keeps its clients apart."""
    access_point = view.subject.devices.access_point
    if access_point.guest_vlan not in view.segments:
        said = _("aucun réseau sans fil n'est celui des invités")
        hint = _("écrivez « isolation_clients: true » sur le leur")
        yield Finding(("equipements", "point_acces", "ssid"), said, hint)

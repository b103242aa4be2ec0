"""Who reaches the Internet, who administers, who is given an address: each can be, and is tried."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.devices import DC
from labctl.spec.layout import CardForm
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View, select

WEB, DNS = 80, 53
_ROUTER: Path_ = ("equipements", "routeur")
_OF_USERS = (
    "equipements.routeur.nat.sources.*",
    "equipements.routeur.parefeu.sortant.@",
    "equipements.point_acces.ssid.*.vlan",
)
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


def find_closed_internet(view: View) -> Iterator[Finding]:
    """Networks that go out may read a page; names are asked for by the controller and guests."""
    devices = view.subject.devices
    sources, outbound = devices.router.nat.sources, devices.router.firewall.outbound
    card = view.card(DC)
    asking = ("" if card is None else card.segment, devices.access_point.guest_vlan)
    for name in dict.fromkeys(asking):
        if name in view.segments and name not in sources:
            said = _("%(vlan)s n'accède pas à Internet, où ses machines demandent des noms (DNS)")
            hint = _("ajoutez-le à routeur.nat.sources")
            yield Finding((*_ROUTER, "nat", "sources"), said % {"vlan": name}, hint)
    for name, ports in outbound.items():
        path = (*_ROUTER, "parefeu", "sortant", name)
        if name not in sources:
            said = _("rien ne sort de %(vlan)s, qui n'est pas dans routeur.nat.sources")
            yield Finding(path, said % {"vlan": name})
        for port in (WEB, *([DNS] if name in asking else [])):
            if name in sources and port not in ports:
                said = _("%(vlan)s accède à Internet, mais le port %(port)d n'en sort pas")
                values = {"vlan": name, "port": port}
                yield Finding(path, said % values, _("une page et des noms y sont demandés"))


def find_missing_guests(view: View) -> Iterator[Finding]:
    """There are guests: a wireless network keeps its clients apart."""
    access_point = view.subject.devices.access_point
    if access_point.guest_vlan not in view.segments:
        said = _("aucun réseau sans fil n'est celui des invités")
        hint = _("écrivez « isolation_clients: true » sur le leur")
        yield Finding(("equipements", "point_acces", "ssid"), said, hint)


def _cards(view: View, machine: str) -> Iterator[tuple[str, CardForm]]:
    form = view.subject.machines.get(machine)
    yield from () if form is None else form.cards.items()

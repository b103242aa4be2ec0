"""What the blocks of the switch and of the access point say of segments and cables."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.devices import ACCESS_POINT, ROUTER, SWITCH
from labctl.spec.fields import HostRef
from labctl.spec.layout import CableForm
from labctl.spec.loader import Path_
from labctl.spec.rules.machines import known_segments
from labctl.spec.rules.view import Finding, View, find_hosts, select

_SWITCH = ("equipements", "commutateur")
_VLAN_NAMES = (
    "equipements.routeur.nat.sources.*",
    "equipements.routeur.parefeu.sortant.@",
    "equipements.routeur.admin.depuis.*",
    "equipements.commutateur.svi.@",
    "equipements.commutateur.ports_inutilises",
    "equipements.commutateur.acl_invites.interdire_vers.*",
    "equipements.commutateur.admin.depuis.*",
    "equipements.point_acces.ssid.*.vlan",
)


def find_unknown_vlans(view: View) -> Iterator[Finding]:
    """Every VLAN named is defined."""
    named = [found for pattern in _VLAN_NAMES for found in select(view.subject, pattern)]
    named += [((*path, "vlan"), ref.vlan) for path, ref in find_hosts(view)]
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


def find_wrong_next_hops(view: View) -> Iterator[Finding]:
    """Routes lead to the other end of the link between the switch and the router."""
    devices, card = view.subject.devices, view.card(ROUTER)
    if card is None or card.host is None:
        return
    lan = HostRef(vlan=card.segment, host=card.host)
    svi = HostRef(vlan=lan.vlan, host=devices.switch.svis.get(lan.vlan, 0))
    router, switch = view.hostname(ROUTER), view.hostname(SWITCH)
    hops = (
        ((*_SWITCH, "route_defaut"), devices.switch.default_route, lan, router),
        (("equipements", "routeur", "routes_retour_via"), devices.router.return_via, svi, switch),
    )
    for path, found, wanted, name in hops:
        if found != wanted and view.address(wanted.vlan, wanted.host) is not None:
            said = _("(%(vlan)s, hôte %(host)d) n'est pas l'adresse de « %(name)s » sur leur lien")
            values = {"vlan": found.vlan, "host": found.host, "name": name}
            hint = _("son adresse : %(vlan)s, hôte %(host)d")
            yield Finding(path, said % values, hint % {"vlan": wanted.vlan, "host": wanted.host})


def find_cut_off_guests(view: View) -> Iterator[Finding]:
    """Guests are kept from other networks, never from their own."""
    devices = view.subject.devices
    guests = devices.access_point.guest_vlan
    for rank, name in enumerate(devices.switch.guest_acl.forbidden):
        if name == guests:
            said = _("les invités ne peuvent être privés de leur VLAN, %(vlan)s")
            hint = _("leur passerelle y est : ne nommez que les VLAN des autres")
            path = (*_SWITCH, "acl_invites", "interdire_vers", rank)
            yield Finding(path, said % {"vlan": name}, hint)


def find_free_guests(view: View) -> Iterator[Finding]:
    """Guests reach the Internet only: every other network with a gateway is kept from them."""
    devices = view.subject.devices
    guests, forbidden = devices.access_point.guest_vlan, devices.switch.guest_acl.forbidden
    inside = [name for name, one in view.topology.segments.items() if one.gateway is not None]
    for name in inside:
        if guests in view.segments and name not in (guests, *forbidden):
            said = _("les invités atteindraient %(vlan)s : ils n'ont droit qu'à Internet")
            hint = _("ajoutez-le à commutateur.acl_invites.interdire_vers")
            path = (*_SWITCH, "acl_invites", "interdire_vers")
            yield Finding(path, said % {"vlan": name}, hint)

"""VLANs, ports, trunks and next hops."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.fields import HostRef
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View, find_doubles, find_hosts, select

OTHERS = "autres"
NEEDED_PORTS = {
    "uplink": "access",
    "serveurs": "trunk",
    "poste": "access",
    "imprimante": "access",
    "point_acces": "trunk",
    OTHERS: "access",
}
"""Ports every switch has, and their mode."""
_SWITCH = ("equipements", "commutateur")
_VLAN_NAMES = (
    "equipements.routeur.nat.sources.*",
    "equipements.routeur.parefeu.sortant.@",
    "equipements.routeur.admin.depuis.*",
    "equipements.routeur.dhcp.etendues.*.vlan",
    "equipements.commutateur.svi.@",
    "equipements.commutateur.relais_dhcp.de.*",
    "equipements.commutateur.ports.*.vlan",
    "equipements.commutateur.ports.*.vlans.*",
    "equipements.commutateur.ports.*.natif",
    "equipements.commutateur.acl_invites.interdire_vers.*",
    "equipements.commutateur.admin.depuis.*",
    "equipements.point_acces.ssid.*.vlan",
    "poste.reseau.vlan",
)


def find_unknown_vlans(view: View) -> Iterator[Finding]:
    """Every VLAN named is defined."""
    named = [found for pattern in _VLAN_NAMES for found in select(view.subject, pattern)]
    named += [((*path, "vlan"), ref.vlan) for path, ref in find_hosts(view)]
    for path, name in named:
        if name not in view.vlans:
            yield Finding(path, _("VLAN « %(name)s » inconnu") % {"name": name}, _known(view))


def find_unknown_variant_vlans(view: View) -> Iterator[Finding]:
    """A variant gives a number and a network to the VLANs of the cahier, to no other."""
    for part in ("nets", "vids"):
        given = view.values.nets if part == "nets" else view.values.vids
        for name in given:
            if name not in view.vlans:
                said = _("VLAN « %(name)s » inconnu") % {"name": name}
                yield Finding(view.of(part, name), said, _known(view))


def find_vlans_without_values(view: View) -> Iterator[Finding]:
    """Every VLAN has a number, and a network unless it is without one."""
    for name, vlan in view.vlans.items():
        if name not in view.values.vids:
            said = _("le VLAN %(name)s n'a pas de numéro") % {"name": name}
            yield Finding(view.of("vids"), said)
        if not vlan.without_ip and name not in view.values.nets:
            said = _("le VLAN %(name)s n'a pas de réseau") % {"name": name}
            yield Finding(view.of("nets"), said, _("ou écrivez « sans_ip: true »"))


def find_double_vids(view: View) -> Iterator[Finding]:
    """No VLAN number is used twice."""
    items = [(view.of("vids", name), vid) for name, vid in view.values.vids.items()]
    for path, vid, first in find_doubles(items):
        said = _("numéro de VLAN %(vid)s déjà donné à %(first)s")
        yield Finding(path, said % {"vid": vid, "first": first[-1]})


def find_default_vids(view: View) -> Iterator[Finding]:
    """No VLAN of the subject is one that a switch has from the factory."""
    for name, vid in view.values.vids.items():
        if vid == 1 or 1002 <= vid <= 1005:
            said = _("le numéro %(vid)d de %(name)s est un VLAN d'usine du commutateur")
            hint = _("prenez 2–1001 ou 1006–4094")
            yield Finding(view.of("vids", name), said % {"vid": vid, "name": name}, hint)


def find_double_ports(view: View) -> Iterator[Finding]:
    """No switch port is used twice."""
    items = [(view.of("ports", name), port) for name, port in view.values.ports.items()]
    for path, port, first in find_doubles(items):
        said = _("port %(port)s déjà donné à « %(first)s »")
        yield Finding(path, said % {"port": port, "first": first[-1]})


def find_unknown_ports(view: View) -> Iterator[Finding]:
    """Every port that is named has a number in the variant."""
    asked = view.subject.devices.switch.ports
    named: list[tuple[Path_, str]] = [
        ((*_SWITCH, "ports", key), key) for key in asked if key != OTHERS
    ]
    named += [(("etiquetage", "liens", key), key) for key in view.subject.labelling.links]
    for path, key in named:
        if key not in view.values.ports:
            said = _("port « %(name)s » sans numéro dans la variante") % {"name": key}
            hint = _("ports : %(names)s") % {"names": ", ".join(view.values.ports)}
            yield Finding(path, said, hint)


def find_ports_without_role(view: View) -> Iterator[Finding]:
    """Every port of the variant, and all the others, have a role on the switch."""
    roles = view.subject.devices.switch.ports
    for key in view.values.ports:
        if key not in roles:
            said = _("le port « %(name)s » n'a pas de rôle dans commutateur.ports")
            yield Finding(view.of("ports", key), said % {"name": key})
    for key in NEEDED_PORTS:
        if key not in roles:
            said = _("commutateur.ports ne dit rien de « %(name)s »") % {"name": key}
            yield Finding((*_SWITCH, "ports"), said)


def find_incoherent_ports(view: View) -> Iterator[Finding]:
    """An access port has one VLAN, a trunk has several and a native one; each role has its mode."""
    for key, port in view.subject.devices.switch.ports.items():
        path = (*_SWITCH, "ports", key)
        if port.mode == "access" and (port.vlan is None or port.vlans or port.native):
            said = _("le port « %(name)s » en mode access demande « vlan », et lui seul")
            yield Finding(path, said % {"name": key})
        if port.mode == "trunk" and (port.vlan or not port.vlans or port.native is None):
            said = _("le port « %(name)s » en mode trunk demande « vlans » et « natif »")
            yield Finding(path, said % {"name": key})
        if key in NEEDED_PORTS and port.enabled == (key == OTHERS):
            said = (
                _("le port « %(name)s » doit être éteint")
                if port.enabled
                else _("le port « %(name)s » doit être en service")
            )
            yield Finding((*path, "actif"), said % {"name": key})
        wanted = NEEDED_PORTS.get(key, port.mode)
        if port.mode != wanted:
            said = _("le port « %(name)s » doit être en mode %(mode)s")
            yield Finding((*path, "mode"), said % {"name": key, "mode": wanted})


def find_uncarried_machines(view: View) -> Iterator[Finding]:
    """A trunk carries each VLAN with a gateway, and those of the servers."""
    devices = view.subject.devices
    trunks = (port for port in devices.switch.ports.values() if port.mode == "trunk")
    carried = {vlan for port in trunks for vlan in port.vlans}
    servers = {devices.dc.address.vlan, devices.nas.address.vlan}
    for rank, vlan in enumerate(view.subject.vlans):
        held = vlan.gateway is not None or vlan.name in servers
        if held and vlan.name not in carried:
            said = _("aucun port en mode trunk ne porte %(vlan)s") % {"vlan": vlan.name}
            hint = _("les machines et les sondes du PC hôte n'y auraient pas de réseau")
            yield Finding(("vlans", rank, "nom"), said, hint)


def find_misplaced_ports(view: View) -> Iterator[Finding]:
    """The port of a machine is in the VLAN where the machine has its address."""
    devices, ports = view.subject.devices, view.subject.devices.switch.ports
    homes = {
        "uplink": (devices.router.lan.vlan, devices.router.name),
        "imprimante": (devices.printer.address.vlan, devices.printer.name),
        "poste": (view.subject.workstation.network.vlan, view.subject.workstation.name),
    }
    said = _("le port « %(port)s » est dans %(found)s, mais « %(name)s » est dans %(vlan)s")
    for key, (vlan, name) in homes.items():
        port = ports.get(key)
        if port is not None and port.vlan != vlan and {port.vlan, vlan} <= view.vlans.keys():
            values = {"port": key, "found": port.vlan, "name": name, "vlan": vlan}
            yield Finding((*_SWITCH, "ports", key, "vlan"), said % values)
    yield from _find_missing_tags(view)


def _find_missing_tags(view: View) -> Iterator[Finding]:
    """The trunk of a machine carries what the machine serves."""
    devices, ports = view.subject.devices, view.subject.devices.switch.ports
    needed = {
        "serveurs": (devices.dc.address.vlan, devices.nas.address.vlan),
        "point_acces": tuple(ssid.vlan for ssid in devices.access_point.ssids),
    }
    for key, vlans in needed.items():
        port = ports.get(key)
        for vlan in dict.fromkeys(vlans):
            if port is not None and port.vlans and vlan in view.vlans and vlan not in port.vlans:
                said = _("le port « %(port)s » ne porte pas %(vlan)s, dont ses machines ont besoin")
                path = (*_SWITCH, "ports", key, "vlans")
                yield Finding(path, said % {"port": key, "vlan": vlan})


def find_unknown_ssids(view: View) -> Iterator[Finding]:
    """The wireless network of the workstation is one of the access point."""
    ssids = view.subject.devices.access_point.ssids
    rank = view.subject.workstation.network.wifi.ssid
    if rank >= len(ssids):
        said = _("le réseau sans fil de rang %(rank)d n'existe pas") % {"rank": rank}
        names = ", ".join(f"{at} : {ssid.name}" for at, ssid in enumerate(ssids))
        yield Finding(("poste", "reseau", "wifi", "ssid"), said, names)


def find_wrong_next_hops(view: View) -> Iterator[Finding]:
    """Routes lead to the other end of the link between the switch and the router."""
    devices = view.subject.devices
    lan = devices.router.lan
    svi = HostRef(vlan=lan.vlan, host=devices.switch.svis.get(lan.vlan, 0))
    hops = (
        ((*_SWITCH, "route_defaut"), devices.switch.default_route, lan, devices.router.name),
        ((*_SWITCH, "relais_dhcp", "vers"), devices.switch.relay.to, lan, devices.router.name),
        (
            ("equipements", "routeur", "routes_retour_via"),
            devices.router.return_via,
            svi,
            devices.switch.name,
        ),
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
    inside = [vlan for vlan in view.subject.vlans if vlan.gateway is not None]
    for name in [vlan.name for vlan in inside if not vlan.without_ip]:
        if guests in view.vlans and name not in (guests, *forbidden):
            said = _("les invités atteindraient %(vlan)s : ils n'ont droit qu'à Internet")
            hint = _("ajoutez-le à commutateur.acl_invites.interdire_vers")
            path = (*_SWITCH, "acl_invites", "interdire_vers")
            yield Finding(path, said % {"vlan": name}, hint)


def find_wrong_native(view: View) -> Iterator[Finding]:
    """The access point asks for its address untagged: its VLAN is the native one of its port."""
    devices = view.subject.devices
    port = devices.switch.ports.get("point_acces")
    for reservation in devices.router.dhcp.reservations:
        if reservation.name == devices.access_point.name and port is not None:
            vlan = reservation.address.vlan
            if port.mode == "trunk" and port.native != vlan:
                said = _(
                    "le VLAN natif du port du point d'accès n'est pas %(vlan)s, où est son adresse"
                )
                path = (*_SWITCH, "ports", "point_acces", "natif")
                yield Finding(path, said % {"vlan": vlan})


def _known(view: View) -> str:
    return _("VLAN définis : %(names)s") % {"names": ", ".join(view.vlans)}

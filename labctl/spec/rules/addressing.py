"""Addresses: every host in its network, no address twice, no network over another."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from labctl.core.i18n import _
from labctl.spec import reserved
from labctl.spec.ground import usable
from labctl.spec.loader import Path_
from labctl.spec.rules.view import (
    Finding,
    View,
    find_hosts,
    find_overlapping,
    is_outside,
    select,
)

_PRIVATE = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))

_ROUTER, _SWITCH = "equipements.routeur", "equipements.commutateur"
_OF_ADDRESSES = (
    f"{_ROUTER}.nat.sources.*",
    f"{_ROUTER}.parefeu.sortant.@",
    f"{_ROUTER}.admin.depuis.*",
    f"{_SWITCH}.relais_dhcp.de.*",
    f"{_SWITCH}.acl_invites.interdire_vers.*",
    f"{_SWITCH}.admin.depuis.*",
    "equipements.point_acces.ssid.*.vlan",
    "poste.reseau.vlan",
)
"""Where a VLAN stands for the addresses of its machines."""


def find_outside(view: View) -> Iterator[Finding]:
    """Every host number is one of its network."""
    for path, vlan, host in _hosts(view):
        network = view.networks.get(vlan)
        if network is not None and is_outside(network, host):
            said = _("l'hôte %(host)d n'est pas dans %(vlan)s (%(network)s)")
            yield Finding(
                path,
                said % {"host": host, "vlan": vlan, "network": network},
                _("hôtes utilisables : %(range)s") % {"range": usable(network)},
            )


def find_addresses_without_network(view: View) -> Iterator[Finding]:
    """No machine has an address in a VLAN without network, and no range hands one out."""
    scopes = view.subject.devices.router.dhcp.scopes
    served = [
        (("equipements", "routeur", "dhcp", "etendues", rank, "vlan"), scope.vlan)
        for rank, scope in enumerate(scopes)
    ]
    for path, vlan in (*served, *((path, vlan) for path, vlan, _host in _hosts(view))):
        if vlan in view.vlans and view.vlans[vlan].without_ip:
            said = _("le VLAN %(vlan)s est « sans_ip » : aucune machine n'y a d'adresse")
            yield Finding(path, said % {"vlan": vlan})


def find_uses_without_network(view: View) -> Iterator[Finding]:
    """No filter, relay, or wireless network is about a VLAN without network."""
    for pattern in _OF_ADDRESSES:
        for path, vlan in select(view.subject, pattern):
            if vlan in view.vlans and view.vlans[vlan].without_ip:
                said = _("le VLAN %(vlan)s est « sans_ip » : aucune machine n'y a d'adresse")
                yield Finding(path, said % {"vlan": vlan})


def find_networks_without_use(view: View) -> Iterator[Finding]:
    """A VLAN without addresses has no network and no gateway."""
    for rank, vlan in enumerate(view.subject.vlans):
        said = _("le VLAN %(vlan)s est « sans_ip » : aucune machine n'y a d'adresse")
        if vlan.without_ip and vlan.name in view.values.nets:
            yield Finding(view.of("nets", vlan.name), said % {"vlan": vlan.name})
        if vlan.without_ip and vlan.gateway is not None:
            yield Finding(("vlans", rank, "passerelle"), said % {"vlan": vlan.name})


def find_gateways_outside(view: View) -> Iterator[Finding]:
    """Every gateway is a host of its VLAN."""
    for rank, vlan in enumerate(view.subject.vlans):
        network = view.networks.get(vlan.name)
        if network is None or vlan.gateway is None or not is_outside(network, vlan.gateway):
            continue
        said = _("la passerelle %(host)d n'est pas dans %(vlan)s (%(network)s)")
        yield Finding(
            ("vlans", rank, "passerelle"),
            said % {"host": vlan.gateway, "vlan": vlan.name, "network": network},
            _("hôtes utilisables : %(range)s") % {"range": usable(network)},
        )


def find_gateways_without_interface(view: View) -> Iterator[Finding]:
    """The switch bears the gateway of every VLAN that has one."""
    svis = view.subject.devices.switch.svis
    for rank, vlan in enumerate(view.subject.vlans):
        if vlan.gateway is not None and svis.get(vlan.name) != vlan.gateway:
            said = _("la passerelle de %(vlan)s (hôte %(host)d) n'est l'adresse d'aucun équipement")
            yield Finding(
                ("vlans", rank, "passerelle"),
                said % {"vlan": vlan.name, "host": vlan.gateway},
                _("donnez-la au commutateur dans « svi »"),
            )


def find_double_addresses(view: View) -> Iterator[Finding]:
    """No address belongs to two machines."""
    first: dict[IPv4Address, str] = {}
    for fixed in fixed_addresses(view):
        other = first.setdefault(fixed.address, fixed.owner)
        if other != fixed.owner:
            said = _("l'adresse %(address)s de « %(owner)s » est déjà celle de « %(other)s »")
            values = {"address": fixed.address, "owner": fixed.owner, "other": other}
            yield Finding(fixed.path, said % values)


def find_probe_addresses(view: View) -> Iterator[Finding]:
    """The last host of a VLAN with a gateway is left to labctl's probe."""
    for fixed in fixed_addresses(view):
        if fixed.address == probe_address(view, fixed.vlan):
            said = _("l'adresse %(address)s de « %(owner)s » est celle de la sonde de labctl")
            hint = _("la dernière adresse utilisable de chaque VLAN reste libre")
            values = {"address": fixed.address, "owner": fixed.owner}
            yield Finding(fixed.path, said % values, hint)


def find_overlaps(view: View) -> Iterator[Finding]:
    """No network of a variant lies over another."""
    nets = view.values.nets
    labelled = [((view.variant, name), network) for name, network in nets.items()]
    for (_variant, name), (_other, other) in find_overlapping(labelled):
        said = _("le réseau %(network)s de %(name)s chevauche celui de %(other)s (%(taken)s)")
        values = {"network": nets[name], "name": name, "other": other, "taken": nets[other]}
        yield Finding(view.of("nets", name), said % values)


def find_reserved(view: View) -> Iterator[Finding]:
    """No network lies over those labctl keeps for itself."""
    for name, network in view.values.nets.items():
        for taken in reserved.NETWORKS:
            if network.overlaps(taken):
                said = _("le réseau %(network)s de %(name)s est réservé à labctl (%(taken)s)")
                values = {"network": network, "name": name, "taken": taken}
                yield Finding(view.of("nets", name), said % values, _private_hint())


def find_public(view: View) -> Iterator[Finding]:
    """Every network is a private one (RFC 1918)."""
    for name, network in view.values.nets.items():
        if any(network.overlaps(taken) for taken in reserved.NETWORKS):
            continue
        if not any(network.subnet_of(private) for private in _PRIVATE):
            said = _("le réseau %(network)s de %(name)s n'est pas un réseau privé")
            yield Finding(
                view.of("nets", name), said % {"network": network, "name": name}, _private_hint()
            )


def find_too_small(view: View) -> Iterator[Finding]:
    """Every network has room for two hosts at least."""
    for name, network in view.values.nets.items():
        if network.prefixlen > 30:
            said = _("le réseau %(network)s de %(name)s n'a pas deux adresses utilisables")
            yield Finding(view.of("nets", name), said % {"network": network, "name": name})


@dataclass(frozen=True, slots=True)
class Fixed:
    """An address that belongs to a machine, and where the cahier says so."""

    path: Path_
    owner: str
    vlan: str
    address: IPv4Address


def fixed_addresses(view: View) -> Iterator[Fixed]:
    """Yield the addresses that belong to a machine; those out of their network are left out."""
    for path, owner, vlan, host in _owned(view):
        address = view.address(vlan, host)
        if address is not None:
            yield Fixed(path, owner, vlan, address)


def probe_address(view: View, vlan: str) -> IPv4Address | None:
    """Return the address labctl's probe takes: the last host of a VLAN with a gateway."""
    network = view.networks.get(vlan)
    if network is None or network.prefixlen > 30 or view.vlans[vlan].gateway is None:
        return None
    return network.broadcast_address - 1


def _owned(view: View) -> Iterator[tuple[Path_, str, str, int]]:
    devices = view.subject.devices
    machines = (
        ("routeur", "lan", devices.router.name, devices.router.lan),
        ("imprimante", "adresse", devices.printer.name, devices.printer.address),
        ("nas", "adresse", devices.nas.name, devices.nas.address),
        ("dc", "adresse", devices.dc.name, devices.dc.address),
    )
    for key, part, owner, ref in machines:
        yield ("equipements", key, part), owner, ref.vlan, ref.host
    for vlan, host in devices.switch.svis.items():
        yield ("equipements", "commutateur", "svi", vlan), devices.switch.name, vlan, host
    for rank, reservation in enumerate(devices.router.dhcp.reservations):
        path = ("equipements", "routeur", "dhcp", "reservations", rank)
        yield path, reservation.name, reservation.address.vlan, reservation.address.host


def _hosts(view: View) -> Iterator[tuple[Path_, str, int]]:
    for path, ref in find_hosts(view):
        yield path, ref.vlan, ref.host
    for vlan, host in view.subject.devices.switch.svis.items():
        yield ("equipements", "commutateur", "svi", vlan), vlan, host


def _private_hint() -> str:
    return _("prenez-le dans %(names)s") % {"names": ", ".join(str(n) for n in _PRIVATE)}

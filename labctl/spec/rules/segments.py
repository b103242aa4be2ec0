"""Segments: networks that can be, apart from one another; VLAN numbers that differ."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from labctl.core.i18n import _
from labctl.spec import reserved
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View, find_doubles, find_overlapping, is_outside
from labctl.spec.topology import usable

_PRIVATE = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def find_gateways_without_network(view: View) -> Iterator[Finding]:
    """A segment without addresses has no gateway."""
    for name, segment in view.segments.items():
        if segment.network is None and segment.gateway is not None:
            said = _("le segment %(name)s n'a pas de réseau : aucune machine n'y a d'adresse")
            hint = _("donnez-lui « reseau », ou effacez sa passerelle")
            yield Finding(_at(name, "passerelle"), said % {"name": name}, hint)


def find_gateways_outside(view: View) -> Iterator[Finding]:
    """Every gateway is a host of its segment."""
    for name, segment in view.segments.items():
        network, host = segment.network, segment.gateway
        if network is not None and host is not None and is_outside(network, host):
            said = _("la passerelle %(host)d n'est pas dans %(name)s (%(network)s)")
            hint = _("hôtes utilisables : %(range)s") % {"range": usable(network)}
            values = {"host": host, "name": name, "network": network}
            yield Finding(_at(name, "passerelle"), said % values, hint)


def find_overlaps(view: View) -> Iterator[Finding]:
    """No network of a variant lies over another."""
    nets = view.networks
    labelled = [((view.variant, name), network) for name, network in nets.items()]
    for (_variant, name), (_other, other) in find_overlapping(labelled):
        said = _("le réseau %(network)s de %(name)s chevauche celui de %(other)s (%(taken)s)")
        values = {"network": nets[name], "name": name, "other": other, "taken": nets[other]}
        yield Finding(_at(name, "reseau"), said % values)


def find_reserved(view: View) -> Iterator[Finding]:
    """No network lies over those labctl keeps for itself."""
    for name, network in view.networks.items():
        for taken in reserved.NETWORKS:
            if network.overlaps(taken):
                said = _("le réseau %(network)s de %(name)s est réservé à labctl (%(taken)s)")
                values = {"network": network, "name": name, "taken": taken}
                yield Finding(_at(name, "reseau"), said % values, _private_hint())


def find_public(view: View) -> Iterator[Finding]:
    """Every network is a private one (RFC 1918)."""
    for name, network in view.networks.items():
        if any(network.overlaps(taken) for taken in reserved.NETWORKS):
            continue
        if not any(network.subnet_of(private) for private in _PRIVATE):
            said = _("le réseau %(network)s de %(name)s n'est pas un réseau privé")
            values = {"network": network, "name": name}
            yield Finding(_at(name, "reseau"), said % values, _private_hint())


def find_too_small(view: View) -> Iterator[Finding]:
    """Every network has room for two hosts at least."""
    for name, network in view.networks.items():
        if network.prefixlen > 30:
            said = _("le réseau %(network)s de %(name)s n'a pas deux adresses utilisables")
            yield Finding(_at(name, "reseau"), said % {"network": network, "name": name})


def find_double_vids(view: View) -> Iterator[Finding]:
    """No VLAN number is used twice."""
    items = [(_at(n, "vlan"), one.vid) for n, one in view.segments.items() if one.vid is not None]
    for path, vid, first in find_doubles(items):
        said = _("numéro de VLAN %(vid)s déjà donné à %(first)s")
        yield Finding(path, said % {"vid": vid, "first": first[1]})


def find_default_vids(view: View) -> Iterator[Finding]:
    """No VLAN of the subject is one that a switch has from the factory."""
    for name, segment in view.segments.items():
        vid = segment.vid
        if vid is not None and (vid == 1 or 1002 <= vid <= 1005):
            said = _("le numéro %(vid)d de %(name)s est un VLAN d'usine des commutateurs")
            hint = _("prenez 2–1001 ou 1006–4094")
            yield Finding(_at(name, "vlan"), said % {"vid": vid, "name": name}, hint)


def find_reserved_names(view: View) -> Iterator[Finding]:
    """No segment has the name of the network between the bench and the Internet."""
    for name in view.segments:
        if name == reserved.UPSTREAM:
            said = _("« %(name)s » est le nom du réseau entre le banc et Internet")
            yield Finding(("segments", name), said % {"name": name}, _("choisissez un autre nom"))


def _at(segment: str, key: str) -> Path_:
    return ("segments", segment, key)


def _private_hint() -> str:
    return _("prenez-le dans %(names)s") % {"names": ", ".join(str(n) for n in _PRIVATE)}

"""Addresses that blocks refer to: each in its network, each gateway borne by a machine."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View, find_hosts, is_outside, select
from labctl.spec.topology import usable

_ROUTER = "equipements.routeur"
_OF_ADDRESSES = (
    f"{_ROUTER}.nat.sources.*",
    f"{_ROUTER}.parefeu.sortant.@",
    "equipements.point_acces.ssid.*.vlan",
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
    """No machine has an address in a VLAN without network."""
    for path, vlan, _host in _hosts(view):
        if vlan in view.segments and view.segments[vlan].network is None:
            yield Finding(path, _without_network(vlan))


def find_uses_without_network(view: View) -> Iterator[Finding]:
    """No filter, relay, or wireless network is about a VLAN without network."""
    for pattern in _OF_ADDRESSES:
        for path, vlan in select(view.subject, pattern):
            if vlan in view.segments and view.segments[vlan].network is None:
                yield Finding(path, _without_network(vlan))


def _hosts(view: View) -> Iterator[tuple[Path_, str, int]]:
    for path, ref in find_hosts(view):
        yield path, ref.vlan, ref.host


def _without_network(segment: str) -> str:
    said = _("le segment %(name)s n'a pas de réseau : aucune machine n'y a d'adresse")
    return said % {"name": segment}

"""Wireless networks: each leads to addresses."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.rules.view import Finding, View, select


def find_uses_without_network(view: View) -> Iterator[Finding]:
    """No wireless network is about a segment without network."""
    for path, name in select(view.subject, "equipements.point_acces.ssid.*.vlan"):
        if name in view.segments and view.segments[name].network is None:
            said = _("le segment %(name)s n'a pas de réseau : aucune machine n'y a d'adresse")
            yield Finding(path, said % {"name": name})

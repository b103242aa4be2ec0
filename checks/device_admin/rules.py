"""Devices are administered from the inside, and take the time of the domain."""

from collections.abc import Iterator

from checks.device_admin.demand import Administration
from checks.directory.demand import Directory
from checks.routing.demand import Routing
from labctl.api import Remark, View, _, rule


@rule("invites-administrateurs", reads=(Administration, Routing))
def find_guests_who_administer(
    asked: Administration, routing: Routing, _view: View
) -> Iterator[Remark]:
    """No machine is administered from the network of the guests, who reach the Internet only."""
    guests = routing.guests.segment if routing.guests else ""
    for part in (asked.console, asked.page):
        for rank, name in enumerate(part.sources if part else ()):
            if part and name == guests:
                said = _("les invités (%(vlan)s) administreraient cette machine")
                hint = _("nommez le VLAN de l'administration")
                yield Remark(part, "sources", said % {"vlan": name}, hint, inside=(rank,))


@rule("ntp-hors-dc", reads=(Administration, Directory))
def find_ntp_elsewhere(asked: Administration, directory: Directory, view: View) -> Iterator[Remark]:
    """The time server of a device gives the time of the domain."""
    known = view.addresses(directory.on)
    if known and asked.console and asked.console.ntp not in known:
        said = _("le serveur de temps %(address)s n'est pas celui du domaine")
        hint = _("contrôleur de domaine : %(names)s") % {"names": ", ".join(map(str, known))}
        yield Remark(asked.console, "ntp", said % {"address": asked.console.ntp}, hint)

"""Networks that go out may read a page, and those that ask for names may ask."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.internet.demand import InternetAccess
from checks.routing.demand import Routing
from labctl.api import Remark, View, _, rule

WEB, DNS = 80, 53


@rule("internet-ferme", reads=(InternetAccess, Routing))
def find_closed_internet(asked: InternetAccess, routing: Routing, view: View) -> Iterator[Remark]:
    """Networks that go out may read a page; names are asked for by the controller and guests."""
    directory = view.find(Directory)
    server = view.topology.machines.get(directory.on) if directory else None
    asking = [card.segment for card in server.cards.values()] if server else []
    asking += [routing.guests.segment] if routing.guests else []
    sources = asked.nat.sources
    for name in dict.fromkeys(asking):
        if name not in sources:
            said = _("%(vlan)s n'accède pas à Internet, où ses machines demandent des noms (DNS)")
            hint = _("ajoutez-le à nat.sources")
            yield Remark(asked.nat, "sources", said % {"vlan": name}, hint)
    for name, ports in asked.firewall.outbound.items():
        if name not in sources:
            said = _("rien ne sort de %(vlan)s, qui n'est pas dans nat.sources")
            yield Remark(asked.firewall, "outbound", said % {"vlan": name}, inside=(name,))
        for port in (WEB, *([DNS] if name in asking else [])):
            if name in sources and port not in ports:
                said = _("%(vlan)s accède à Internet, mais le port %(port)d n'en sort pas")
                hint = _("une page et des noms y sont demandés")
                values = {"vlan": name, "port": port}
                yield Remark(asked.firewall, "outbound", said % values, hint, inside=(name,))

"""Addresses of the interfaces, next hops, and what guests are kept from."""

from collections.abc import Iterator

from checks.routing.demand import Routing
from labctl.api import Remark, View, _, rule


@rule("adresse-double", reads=Routing)
def find_double_addresses(asked: Routing, view: View) -> Iterator[Remark]:
    """No address of an interface is that of a machine."""
    for name, machine in view.topology.machines.items():
        own = view.addresses(name)
        for segment, interface in asked.svis.items():
            if interface.ip in own:
                said = _("l'adresse %(address)s de « %(owner)s » est déjà celle de « %(other)s »")
                values = {"address": interface.ip, "owner": asked.on, "other": machine.hostname}
                yield Remark(asked, "svis", said % values, inside=(segment,))


@rule("adresse-sonde", reads=Routing)
def find_probe_addresses(asked: Routing, view: View) -> Iterator[Remark]:
    """The last host of a segment with a gateway is left to labctl's probe."""
    for name, interface in asked.svis.items():
        probe = view.topology.segments[name].probe
        if probe is not None and probe.ip == interface.ip:
            said = _("l'adresse %(address)s de « %(owner)s » est celle de la sonde de labctl")
            hint = _("la dernière adresse utilisable de chaque segment reste libre")
            values = {"address": interface.ip, "owner": asked.on}
            yield Remark(asked, "svis", said % values, hint, inside=(name,))


@rule("passerelle-sans-interface", reads=Routing)
def find_gateways_without_interface(asked: Routing, view: View) -> Iterator[Remark]:
    """A machine bears the gateway of every segment that has one."""
    borne = {interface.ip for interface in asked.svis.values()}
    borne |= {one for name in view.topology.machines for one in view.addresses(name)}
    for name, segment in view.topology.segments.items():
        if segment.gateway is not None and segment.gateway not in borne:
            said = _("la passerelle de %(segment)s (%(address)s) n'est l'adresse d'aucune machine")
            values = {"segment": name, "address": segment.gateway}
            hint = _("donnez-la au commutateur dans « svi », ou à la carte d'une machine")
            yield Remark(asked, "svis", said % values, hint)


@rule("prochain-saut", reads=Routing)
def find_wrong_next_hops(asked: Routing, view: View) -> Iterator[Remark]:
    """Routes lead to an address of the machine at the other end."""
    machines = [name for name in view.topology.machines if name != asked.on]
    known = {one: name for name in machines for one in view.addresses(name)}
    said = _("%(address)s n'est pas l'adresse de « %(name)s » sur leur lien")
    if known and asked.default_route not in known:
        values = {"address": asked.default_route, "name": asked.back.on if asked.back else "—"}
        yield Remark(asked, "default_route", said % values)
    own = [interface.ip for interface in asked.svis.values()]
    if asked.back and asked.back.via not in own:
        values = {"address": asked.back.via, "name": asked.on}
        hint = _("ses adresses : %(names)s") % {"names": ", ".join(map(str, own))}
        yield Remark(asked.back, "via", said % values, hint)


@rule("invites-enfermes", reads=Routing)
def find_cut_off_guests(asked: Routing, _view: View) -> Iterator[Remark]:
    """Guests are kept from other networks, never from their own."""
    guests = asked.guests
    for rank, name in enumerate(guests.forbidden if guests else ()):
        if guests and name == guests.segment:
            said = _("les invités ne peuvent être privés de leur VLAN, %(vlan)s")
            hint = _("leur passerelle y est : ne nommez que les VLAN des autres")
            yield Remark(guests, "forbidden", said % {"vlan": name}, hint, inside=(rank,))


@rule("invites-libres", reads=Routing)
def find_free_guests(asked: Routing, view: View) -> Iterator[Remark]:
    """Guests reach the Internet only: every other network with a gateway is kept from them."""
    guests = asked.guests
    inside = [name for name, one in view.topology.segments.items() if one.gateway is not None]
    for name in inside if guests else ():
        if guests and name not in (guests.segment, *guests.forbidden):
            said = _("les invités atteindraient %(vlan)s : ils n'ont droit qu'à Internet")
            hint = _("ajoutez-le à acl_invites.interdire_vers")
            yield Remark(guests, "forbidden", said % {"vlan": name}, hint)

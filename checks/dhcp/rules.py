"""What ranges hand out, where they lead, and who reaches the server."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from checks.dhcp.demand import Dhcp, Scope
from checks.directory.demand import Directory
from checks.wireless.demand import Wireless
from labctl.api import Remark, View, _, rule


@rule("etendue-sur-fixe", reads=Dhcp)
def find_over_fixed(asked: Dhcp, view: View) -> Iterator[Remark]:
    """A range hands out no address of a machine, and no gateway."""
    for scope in asked.scopes:
        gateway = view.topology.segments[scope.segment].gateway
        if gateway is not None and _holds(scope, gateway):
            said = _("l'étendue DHCP %(range)s recouvre %(address)s, la passerelle de %(name)s")
            values = {"range": _spell(scope), "address": gateway, "name": scope.segment}
            yield Remark(scope, "range", said % values)
        said = _("l'étendue DHCP %(range)s recouvre %(address)s, l'adresse de « %(owner)s »")
        for name, machine in view.topology.machines.items():
            for address in (one for one in view.addresses(name) if _holds(scope, one)):
                values = {"range": _spell(scope), "address": address, "owner": machine.hostname}
                yield Remark(scope, "range", said % values)


@rule("etendue-sur-sonde", reads=Dhcp)
def find_over_probe(asked: Dhcp, view: View) -> Iterator[Remark]:
    """A range leaves the address of labctl's probe alone."""
    for scope in asked.scopes:
        probe = view.topology.segments[scope.segment].probe
        if probe is not None and _holds(scope, probe.ip):
            said = _("l'étendue DHCP %(range)s recouvre %(address)s, la sonde de labctl")
            hint = _("la dernière adresse utilisable de chaque VLAN reste libre")
            values = {"range": _spell(scope), "address": probe.ip}
            yield Remark(scope, "range", said % values, hint)


@rule("etendues-chevauchantes", reads=Dhcp)
def find_overlaps(asked: Dhcp, _view: View) -> Iterator[Remark]:
    """No address is in two ranges of a segment."""
    for rank, scope in enumerate(asked.scopes):
        for other in asked.scopes[:rank]:
            if scope.first <= other.last and other.first <= scope.last:
                said = _("l'étendue DHCP %(range)s chevauche %(other)s")
                values = {"range": _spell(scope), "other": _spell(other)}
                yield Remark(scope, "range", said % values)


@rule("dns-incoherent", reads=Dhcp)
def find_incoherent_dns(asked: Dhcp, _view: View) -> Iterator[Remark]:
    """A range announces the servers of the domain or a public one: not both, not none."""
    for scope in asked.scopes:
        options = scope.options
        if options.public_dns == (options.dns is not None):
            said = _("l'étendue de %(vlan)s annonce un serveur DNS du domaine et un public")
            none = _("l'étendue de %(vlan)s n'annonce aucun serveur DNS")
            hint = _("écrivez « dns », ou « dns_public: true »")
            message = (said if options.dns else none) % {"vlan": scope.segment}
            yield Remark(scope, "options", message, hint)


@rule("dns-hors-dc", reads=(Dhcp, Directory))
def find_dns_elsewhere(asked: Dhcp, directory: Directory, view: View) -> Iterator[Remark]:
    """Every DNS server announced is the controller of the domain."""
    known = view.addresses(directory.on)
    for scope in asked.scopes:
        if known and scope.options.dns not in (None, *known):
            said = _("le serveur DNS %(address)s n'est pas un contrôleur du domaine")
            message = said % {"address": scope.options.dns}
            yield Remark(scope.options, "dns", message, _name_controller(known))


@rule("ntp-hors-dc", reads=(Dhcp, Directory))
def find_ntp_elsewhere(asked: Dhcp, directory: Directory, view: View) -> Iterator[Remark]:
    """Every time server announced gives the time of the domain."""
    known = view.addresses(directory.on)
    for scope in asked.scopes:
        if known and scope.options.ntp not in (None, *known):
            said = _("le serveur de temps %(address)s n'est pas celui du domaine")
            message = said % {"address": scope.options.ntp}
            yield Remark(scope.options, "ntp", message, _name_controller(known))


@rule("domaine-autre", reads=(Dhcp, Directory))
def find_other_domains(asked: Dhcp, directory: Directory, _view: View) -> Iterator[Remark]:
    """Every suffix that is told is that of the directory."""
    domain = directory.domain
    for scope in asked.scopes:
        if scope.options.domain not in (None, domain):
            said = _("« %(name)s » n'est pas le domaine de l'annuaire")
            hint = _("domaine : %(name)s") % {"name": domain}
            yield Remark(scope.options, "domain", said % {"name": scope.options.domain}, hint)


@rule("etendue-sans-relais", reads=Dhcp)
def find_scopes_without_relay(asked: Dhcp, view: View) -> Iterator[Remark]:
    """Every range reaches its clients: through the relay, or on a link of the server's own."""
    server = view.topology.machines.get(asked.on)
    if server is None:
        return  # what is wrong with it is told of where it is described
    reached = {card.segment for card in server.cards.values()}
    reached |= set(asked.relay.sources if asked.relay else ())
    for scope in asked.scopes:
        if scope.segment not in reached:
            said = _("aucun relais DHCP ne mène %(vlan)s à « %(name)s »")
            values = {"vlan": scope.segment, "name": asked.on}
            yield Remark(scope, "segment", said % values, _("ajoutez-le à relais.de"))


@rule("relais-sans-etendue", reads=Dhcp)
def find_relays_without_scope(asked: Dhcp, _view: View) -> Iterator[Remark]:
    """Every relayed segment has a range."""
    if asked.relay:
        for rank, name in enumerate(asked.relay.sources):
            if name not in asked.segments:
                said = _("le relais DHCP de %(vlan)s ne mène à aucune étendue") % {"vlan": name}
                yield Remark(asked.relay, "sources", said, inside=(rank,))


@rule("relais-ailleurs", reads=Dhcp)
def find_relays_elsewhere(asked: Dhcp, view: View) -> Iterator[Remark]:
    """The relay hands on to an address of the server."""
    own = view.addresses(asked.on)
    if asked.relay and own and asked.relay.to not in own:
        said = _("le relais mène à %(address)s, qui n'est pas une adresse de « %(name)s »")
        hint = _("ses adresses : %(names)s") % {"names": ", ".join(map(str, own))}
        values = {"address": asked.relay.to, "name": asked.on}
        yield Remark(asked.relay, "to", said % values, hint)


@rule("etendue-absente", reads=Dhcp)
def find_missing_scopes(asked: Dhcp, view: View) -> Iterator[Remark]:
    """Machines that ask for their address are in a segment that has a range."""
    for name, machine in view.topology.machines.items():
        for card in machine.cards.values():
            is_reserved = any(card.mac == one.mac for one in asked.reservations)
            if card.segment and (is_reserved or not card.address):
                yield from _need_scope(asked, card.segment, name)


@rule("etendue-absente", reads=(Dhcp, Wireless))
def find_missing_scopes_of_radio(asked: Dhcp, radio: Wireless, _view: View) -> Iterator[Remark]:
    """So are those that come by radio."""
    for ssid in radio.ssids:
        yield from _need_scope(asked, ssid.segment, ssid.name)


def _need_scope(asked: Dhcp, segment: str, name: str) -> Iterator[Remark]:
    if segment not in asked.segments:
        said = _("aucune étendue DHCP dans %(vlan)s, où « %(name)s » demande son adresse")
        hint = _("ajoutez-en une à dhcp.etendues")
        yield Remark(asked, "scopes", said % {"vlan": segment, "name": name}, hint)


def _holds(scope: Scope, address: IPv4Address) -> bool:
    return scope.first <= address <= scope.last


def _spell(scope: Scope) -> str:
    return f"{scope.first} – {scope.last}"


def _name_controller(known: tuple[IPv4Address, ...]) -> str:
    return _("contrôleur de domaine : %(names)s") % {"names": ", ".join(map(str, known))}

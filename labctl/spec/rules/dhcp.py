"""DHCP: ranges in their network and over nobody, options that lead somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from labctl.core.i18n import _
from labctl.spec.devices import ACCESS_POINT, DC, PRINTER, ROUTER, Reservation, Scope
from labctl.spec.fields import HostRef
from labctl.spec.layout import CardForm
from labctl.spec.loader import Path_
from labctl.spec.rules.machines import fixed_addresses, probe_address
from labctl.spec.rules.view import Finding, View, is_outside
from labctl.spec.topology import usable

_DHCP: Path_ = ("equipements", "routeur", "dhcp")


@dataclass(frozen=True, slots=True)
class _Range:
    path: Path_
    scope: Scope
    network: IPv4Network
    first: IPv4Address
    last: IPv4Address

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= address <= self.last

    def overlaps(self, other: "_Range") -> bool:
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"


def find_outside(view: View) -> Iterator[Finding]:
    """A range lies in its network."""
    for path, scope in _scopes(view):
        network = view.networks.get(scope.vlan)
        for host in scope.range:
            if network is not None and is_outside(network, host):
                said = _("l'étendue DHCP de %(vlan)s sort de %(network)s : hôte %(host)d")
                values = {"vlan": scope.vlan, "network": network, "host": host}
                hint = _("hôtes utilisables : %(range)s") % {"range": usable(network)}
                yield Finding((*path, "plage"), said % values, hint)


def find_reversed(view: View) -> Iterator[Finding]:
    """A range goes from the smaller to the larger number."""
    for path, scope in _scopes(view):
        first, last = scope.range
        if first > last:
            said = _("l'étendue DHCP de %(vlan)s finit (%(last)d) avant de commencer (%(first)d)")
            values = {"vlan": scope.vlan, "first": first, "last": last}
            yield Finding((*path, "plage"), said % values)


def find_over_fixed(view: View) -> Iterator[Finding]:
    """A range hands out no address of a machine."""
    reserved = {r.name for r in view.subject.devices.router.dhcp.reservations}
    for found in _ranges(view):
        for fixed in fixed_addresses(view):
            if fixed.segment == found.scope.vlan and fixed.address in found:
                if fixed.owner in reserved:
                    continue
                said = _(
                    "l'étendue DHCP %(range)s recouvre %(address)s, l'adresse de « %(owner)s »"
                )
                values = {"range": found, "address": fixed.address, "owner": fixed.owner}
                yield Finding((*found.path, "plage"), said % values)


def find_over_reserved(view: View) -> Iterator[Finding]:
    """A range hands out no reserved address."""
    for found in _ranges(view):
        for reservation in view.subject.devices.router.dhcp.reservations:
            ref = reservation.address
            address = view.address(ref.vlan, ref.host)
            if address is not None and address in found:
                said = _("l'étendue DHCP %(range)s recouvre %(address)s, réservée à « %(name)s »")
                values = {"range": found, "address": address, "name": reservation.name}
                yield Finding((*found.path, "plage"), said % values)


def find_over_probe(view: View) -> Iterator[Finding]:
    """A range leaves the address of labctl's probe alone."""
    for found in _ranges(view):
        address = probe_address(view, found.scope.vlan)
        if address is not None and address in found:
            said = _("l'étendue DHCP %(range)s recouvre %(address)s, la sonde de labctl")
            hint = _("la dernière adresse utilisable de chaque VLAN reste libre")
            values = {"range": found, "address": address}
            yield Finding((*found.path, "plage"), said % values, hint)


def find_overlaps(view: View) -> Iterator[Finding]:
    """No address is in two ranges of a VLAN."""
    seen: list[_Range] = []
    for found in _ranges(view):
        for other in seen:
            if found.scope.vlan == other.scope.vlan and found.overlaps(other):
                said = _("l'étendue DHCP %(range)s chevauche %(other)s")
                yield Finding((*found.path, "plage"), said % {"range": found, "other": other})
        seen.append(found)


def find_wrong_gateways(view: View) -> Iterator[Finding]:
    """A range announces the gateway of its VLAN."""
    for path, scope in _scopes(view):
        segment = view.segments.get(scope.vlan)
        if segment is not None and segment.gateway != scope.options.router:
            said = _(
                "l'étendue de %(vlan)s annonce la passerelle %(host)d, celle du VLAN est %(real)s"
            )
            real = _("aucune") if segment.gateway is None else segment.gateway
            values = {"vlan": scope.vlan, "host": scope.options.router, "real": real}
            yield Finding((*path, "options", "routeur"), said % values)


def find_dns_elsewhere(view: View) -> Iterator[Finding]:
    """Every DNS server announced is a controller of the domain."""
    for path, ref in _servers(view, "dns"):
        if _is_elsewhere(view, ref):
            said = _("le serveur DNS (%(vlan)s, hôte %(host)d) n'est pas un contrôleur du domaine")
            yield Finding(path, said % {"vlan": ref.vlan, "host": ref.host}, _dc_hint(view))


def find_ntp_elsewhere(view: View) -> Iterator[Finding]:
    """Every time server announced gives the time of the domain."""
    for path, ref in _servers(view, "ntp"):
        if _is_elsewhere(view, ref):
            said = _("le serveur de temps (%(vlan)s, hôte %(host)d) n'est pas celui du domaine")
            yield Finding(path, said % {"vlan": ref.vlan, "host": ref.host}, _dc_hint(view))


def find_other_domains(view: View) -> Iterator[Finding]:
    """Every suffix that is told, and the one that is relayed, is that of the directory."""
    domain = view.subject.directory.domain
    told = [((*path, "options", "domaine"), scope.options.domain) for path, scope in _scopes(view)]
    relay = view.subject.devices.router.dns_relay
    for path, suffix in (
        *told,
        (("equipements", "routeur", "dns_relais", "suffixe"), relay.suffix),
    ):
        if suffix is not None and suffix != domain:
            said = _("« %(name)s » n'est pas le domaine de l'annuaire") % {"name": suffix}
            yield Finding(path, said, _("domaine : %(name)s") % {"name": domain})


def find_incoherent_dns(view: View) -> Iterator[Finding]:
    """A range announces the servers of the domain or a public one: not both, not none."""
    for path, scope in _scopes(view):
        options = scope.options
        if options.public_dns == (options.dns is not None):
            said = _("l'étendue de %(vlan)s annonce un serveur DNS du domaine et un public")
            none = _("l'étendue de %(vlan)s n'annonce aucun serveur DNS")
            values = {"vlan": scope.vlan}
            hint = _("écrivez « dns », ou « dns_public: true »")
            yield Finding((*path, "options"), (said if options.dns else none) % values, hint)


def find_missing_roles(view: View) -> Iterator[Finding]:
    """The controller of the domain serves the directory, names and time."""
    for role in ("ad_ds", "dns", "ntp"):
        if role not in view.subject.devices.dc.roles:
            said = _("le contrôleur de domaine n'a pas le rôle « %(role)s »") % {"role": role}
            yield Finding(("equipements", "dc", "roles"), said)


def find_scopes_without_relay(view: View) -> Iterator[Finding]:
    """Every range reaches its clients: through the relay, or on the router's own link."""
    devices = view.subject.devices
    own = view.subject.machines[ROUTER].cards if ROUTER in view.subject.machines else {}
    reached = {*devices.switch.relay.sources, *(card.segment for card in own.values())}
    for path, scope in _scopes(view):
        if scope.vlan in view.segments and scope.vlan not in reached:
            said = _("aucun relais DHCP ne mène %(vlan)s au routeur")
            hint = _("ajoutez-le à commutateur.relais_dhcp.de")
            yield Finding((*path, "vlan"), said % {"vlan": scope.vlan}, hint)


def find_relays_without_scope(view: View) -> Iterator[Finding]:
    """Every relayed VLAN has a range."""
    devices = view.subject.devices
    served = {scope.vlan for scope in devices.router.dhcp.scopes}
    for rank, vlan in enumerate(devices.switch.relay.sources):
        if vlan in view.segments and vlan not in served:
            said = _("le relais DHCP de %(vlan)s ne mène à aucune étendue")
            path = ("equipements", "commutateur", "relais_dhcp", "de", rank)
            yield Finding(path, said % {"vlan": vlan})


def find_missing_reservations(view: View) -> Iterator[Finding]:
    """The access point, which asks for its address, has a reservation."""
    name = view.hostname(ACCESS_POINT)
    if name and name not in {r.name for r in view.subject.devices.router.dhcp.reservations}:
        said = _("« %(name)s » n'a pas de réservation DHCP") % {"name": name}
        hint = _("ajoutez-la à routeur.dhcp.reservations")
        yield Finding(("machines", ACCESS_POINT), said, hint)


def find_unknown_reservations(view: View) -> Iterator[Finding]:
    """Every reservation is for a machine that asks for its address."""
    known = (view.hostname(ACCESS_POINT), view.hostname(PRINTER))
    for rank, reservation in enumerate(view.subject.devices.router.dhcp.reservations):
        if reservation.name not in known:
            said = _("réservation pour « %(name)s », qui n'est aucune machine en DHCP")
            hint = _("machines : %(names)s") % {"names": ", ".join(known)}
            path = (*_DHCP, "reservations", rank, "nom")
            yield Finding(path, said % {"name": reservation.name}, hint)


def find_other_reservations(view: View) -> Iterator[Finding]:
    """A machine is reserved the address that it has."""
    for rank, reservation, card in _reserved_cards(view):
        address = reservation.address
        if card.host is not None and (card.segment, card.host) != (address.vlan, address.host):
            said = _(
                "la réservation de « %(name)s » n'est pas son adresse : %(vlan)s, hôte %(host)d"
            )
            values = {"name": reservation.name, "vlan": card.segment, "host": card.host}
            yield Finding((*_DHCP, "reservations", rank, "adresse"), said % values)


def find_other_cards(view: View) -> Iterator[Finding]:
    """A reservation is for the card of its machine."""
    for rank, reservation, card in _reserved_cards(view):
        if card.mac is not None and reservation.mac != card.mac:
            said = _("%(mac)s n'est pas la carte de « %(name)s » : %(real)s")
            values = {"mac": reservation.mac, "name": reservation.name, "real": card.mac}
            yield Finding((*_DHCP, "reservations", rank, "mac"), said % values)


def _reserved_cards(view: View) -> Iterator[tuple[int, Reservation, CardForm]]:
    """Yield the reservations, and what is said of the card of their machine."""
    cards = {view.hostname(name): view.card(name) for name in (ACCESS_POINT, PRINTER)}
    for rank, reservation in enumerate(view.subject.devices.router.dhcp.reservations):
        card = cards.get(reservation.name)
        if card is not None:
            yield rank, reservation, card


def _scopes(view: View) -> Iterator[tuple[Path_, Scope]]:
    for rank, scope in enumerate(view.subject.devices.router.dhcp.scopes):
        yield (*_DHCP, "etendues", rank), scope


def _ranges(view: View) -> Iterator[_Range]:
    """Yield the ranges that are well formed."""
    for path, scope in _scopes(view):
        first = view.address(scope.vlan, scope.range[0])
        last = view.address(scope.vlan, scope.range[1])
        if first is not None and last is not None and first <= last:
            yield _Range(path, scope, view.networks[scope.vlan], first, last)


def _servers(view: View, kind: str) -> Iterator[tuple[Path_, HostRef]]:
    for path, scope in _scopes(view):
        ref = scope.options.dns if kind == "dns" else scope.options.ntp
        if ref is not None:
            yield (*path, "options", kind), ref
    devices = view.subject.devices
    if kind == "dns":
        yield ("equipements", "routeur", "dns_relais", "vers"), devices.router.dns_relay.to
    else:
        yield ("equipements", "commutateur", "admin", "ntp"), devices.switch.admin.ntp


def _is_elsewhere(view: View, ref: HostRef) -> bool:
    card = view.card(DC)
    return card is not None and (ref.vlan, ref.host) != (card.segment, card.host)


def _dc_hint(view: View) -> str:
    card = view.card(DC)
    if card is None or card.host is None:
        return ""
    values = {"name": view.hostname(DC), "vlan": card.segment, "host": card.host}
    return _("contrôleur de domaine : « %(name)s », %(vlan)s, hôte %(host)d") % values

"""DHCP: ranges in their network and over nobody, options that lead somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from labctl.core.i18n import _
from labctl.spec.devices import Scope
from labctl.spec.fields import HostRef
from labctl.spec.ground import usable
from labctl.spec.loader import Path_
from labctl.spec.rules.addressing import fixed_addresses, probe_address
from labctl.spec.rules.view import Finding, View, is_outside

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
            if fixed.vlan == found.scope.vlan and fixed.address in found:
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
        vlan = view.vlans.get(scope.vlan)
        if vlan is not None and vlan.gateway != scope.options.router:
            said = _(
                "l'étendue de %(vlan)s annonce la passerelle %(host)d, celle du VLAN est %(real)s"
            )
            real = _("aucune") if vlan.gateway is None else vlan.gateway
            values = {"vlan": scope.vlan, "host": scope.options.router, "real": real}
            yield Finding((*path, "options", "routeur"), said % values)


def find_dns_elsewhere(view: View) -> Iterator[Finding]:
    """Every DNS server announced is a controller of the domain."""
    for path, ref in _servers(view, "dns"):
        if ref != view.subject.devices.dc.address:
            said = _("le serveur DNS (%(vlan)s, hôte %(host)d) n'est pas un contrôleur du domaine")
            yield Finding(path, said % {"vlan": ref.vlan, "host": ref.host}, _dc_hint(view))


def find_ntp_elsewhere(view: View) -> Iterator[Finding]:
    """Every time server announced gives the time of the domain."""
    for path, ref in _servers(view, "ntp"):
        if ref != view.subject.devices.dc.address:
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
    reached = {*devices.switch.relay.sources, devices.router.lan.vlan}
    for path, scope in _scopes(view):
        if scope.vlan in view.vlans and scope.vlan not in reached:
            said = _("aucun relais DHCP ne mène %(vlan)s au routeur")
            hint = _("ajoutez-le à commutateur.relais_dhcp.de")
            yield Finding((*path, "vlan"), said % {"vlan": scope.vlan}, hint)


def find_relays_without_scope(view: View) -> Iterator[Finding]:
    """Every relayed VLAN has a range."""
    devices = view.subject.devices
    served = {scope.vlan for scope in devices.router.dhcp.scopes}
    for rank, vlan in enumerate(devices.switch.relay.sources):
        if vlan in view.vlans and vlan not in served:
            said = _("le relais DHCP de %(vlan)s ne mène à aucune étendue")
            path = ("equipements", "commutateur", "relais_dhcp", "de", rank)
            yield Finding(path, said % {"vlan": vlan})


def find_missing_reservations(view: View) -> Iterator[Finding]:
    """The access point, which asks for its address, has a reservation."""
    devices = view.subject.devices
    if devices.access_point.name not in {r.name for r in devices.router.dhcp.reservations}:
        said = _("« %(name)s » n'a pas de réservation DHCP") % {"name": devices.access_point.name}
        hint = _("ajoutez-la à routeur.dhcp.reservations")
        yield Finding(("equipements", "point_acces", "adresse"), said, hint)


def find_unknown_reservations(view: View) -> Iterator[Finding]:
    """Every reservation is for a machine that asks for its address."""
    devices = view.subject.devices
    known = (devices.access_point.name, devices.printer.name)
    for rank, reservation in enumerate(devices.router.dhcp.reservations):
        if reservation.name not in known:
            said = _("réservation pour « %(name)s », qui n'est aucune machine en DHCP")
            hint = _("machines : %(names)s") % {"names": ", ".join(known)}
            path = (*_DHCP, "reservations", rank, "nom")
            yield Finding(path, said % {"name": reservation.name}, hint)


def find_other_reservations(view: View) -> Iterator[Finding]:
    """The printer is reserved the address that it has."""
    printer = view.subject.devices.printer
    for rank, reservation in enumerate(view.subject.devices.router.dhcp.reservations):
        if reservation.name == printer.name and reservation.address != printer.address:
            said = _(
                "la réservation de « %(name)s » n'est pas son adresse : %(vlan)s, hôte %(host)d"
            )
            address = printer.address
            values = {"name": printer.name, "vlan": address.vlan, "host": address.host}
            yield Finding((*_DHCP, "reservations", rank, "adresse"), said % values)


def find_other_cards(view: View) -> Iterator[Finding]:
    """A reservation is for the card of its machine, as the bench says it."""
    devices, bench = view.subject.devices, view.subject.bench
    cards = {devices.access_point.name: bench.ap_mac, devices.printer.name: bench.printer_mac}
    for rank, reservation in enumerate(devices.router.dhcp.reservations):
        mac = cards.get(reservation.name, reservation.mac)
        if reservation.mac != mac:
            said = _("%(mac)s n'est pas la carte de « %(name)s », que dit « bench »")
            values = {"mac": reservation.mac, "name": reservation.name}
            hint = _("écrivez ${mac_ap} ou ${mac_imp} : la salle les donne pour chaque banc")
            yield Finding((*_DHCP, "reservations", rank, "mac"), said % values, hint)


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


def _dc_hint(view: View) -> str:
    dc = view.subject.devices.dc
    values = {"name": dc.name, "vlan": dc.address.vlan, "host": dc.address.host}
    return _("contrôleur de domaine : « %(name)s », %(vlan)s, hôte %(host)d") % values

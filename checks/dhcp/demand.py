"""Which addresses are given, in which segments, and who hands the questions on."""

from ipaddress import IPv4Address
from typing import Annotated

from labctl.api import (
    ECHO,
    Address,
    Block,
    Demand,
    Domain,
    Ground,
    LeaseTime,
    Machine,
    Name,
    NodeName,
    Range,
    UserSegment,
    UserSegments,
    Written,
    _,
    find_machine,
    key,
    refuse,
)


class Options(Block):
    """What a client is told besides its gateway, which is that of its segment (RFC 2132)."""

    dns: Address | None = key("dns", "serveur DNS", default=None)
    domain: Domain | None = key("domaine", "suffixe DNS", default=None)
    ntp: Address | None = key("ntp", "serveur de temps", default=None)
    public_dns: bool = key("dns_public", "un résolveur public", default=False)


class Scope(Block):
    """The addresses given in one segment, ends included; a lease of 0 s: the subject says none."""

    segment: UserSegment = key("segment", "segment servi")
    range: Range = key("plage", "premier et dernier numéros d'hôte")
    lease_s: Annotated[int, Written(LeaseTime, lambda hours, _ground: hours * 3600)] = key(
        "bail_h", "bail, en heures", default=0
    )
    options: Options = key("options", "options DHCP")

    @property
    def first(self) -> IPv4Address:
        """Return the first address given."""
        return self.range[0]

    @property
    def last(self) -> IPv4Address:
        """Return the last address given."""
        return self.range[1]


class Reservation(Block):
    """A fixed address for the card of a machine; the cahier names the machine alone."""

    machine: NodeName
    mac: str
    address: IPv4Address


def _reserve(name: str, ground: Ground) -> Reservation:
    machine = find_machine(name, ground)
    cards = machine.cards.values()
    if not machine.kind or not {card.segment for card in cards} <= {"", *ground.segments}:
        refuse(ECHO, "what is wrong is told of where the machine is described")
    known = [(card.mac, card.address.ip) for card in cards if card.address and card.mac]
    if not known and ground.damaged and not any(card.segment for card in cards):
        refuse(ECHO, "its card may be on a segment that is told of where it is written")
    if not known:
        message = _("la carte de « {name} » n'a pas d'adresse et de MAC connues à réserver")
        refuse("reservation", message, name=name)
    mac, address = known[0]
    return Reservation(machine=NodeName(name), mac=mac, address=address)


class Relay(Block):
    """Who hands on what clients of other segments ask (RFC 1542)."""

    on: Machine = key("sur", "machine qui relaie")
    sources: UserSegments = key("de", "segments relayés")
    to: Address = key("vers", "serveur DHCP")


class Dhcp(Demand):
    """The DHCP service."""

    on: Machine = key("sur", "machine qui donne les adresses")
    scopes: tuple[Scope, ...] = key("etendues", "étendues", min_length=1)
    reservations: tuple[Annotated[Reservation, Written(Name, _reserve)], ...] = key(
        "reservations", "machines dont l'adresse est réservée", default=()
    )
    relay: Relay | None = key("relais", "relais DHCP", default=None)

    @property
    def segments(self) -> frozenset[str]:
        """Return the segments where addresses are given."""
        return frozenset(scope.segment for scope in self.scopes)

    def scope_of(self, segment: str) -> Scope:
        """Return the first range of a segment; KeyError when no address is given there."""
        if segment not in self.segments:
            raise KeyError(segment)
        return next(scope for scope in self.scopes if scope.segment == segment)

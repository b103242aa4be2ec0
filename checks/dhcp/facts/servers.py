"""What each DHCP server that labctl knows was told and has given: dnsmasq, Kea, ISC's dhcpd."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from checks.dhcp.facts import dnsmasq, isc_dhcpd, kea

Addresses = dict[str, IPv4Address]
Reserved = Mapping[str, IPv4Address | None]
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Product:
    """How the texts of a server are understood: addresses by MAC, None for one not known."""

    reservations: Callable[[Texts], Reserved]
    leases: Callable[[Texts], Addresses]


PRODUCTS = {
    "dnsmasq": Product(
        lambda texts: dnsmasq.parse_reservations(
            *(texts.get(name, "") for name in ("configuration", "hosts", "ethers", "names"))
        ),
        lambda texts: dnsmasq.parse_leases(texts["leases"]),
    ),
    "kea-dhcp4": Product(
        lambda texts: kea.parse_reservations(texts["configuration"]),
        lambda texts: kea.parse_leases(texts["leases"]),
    ),
    "dhcpd": Product(
        lambda texts: isc_dhcpd.parse_reservations(
            texts["configuration"] + texts["leases"], texts.get("names", "")
        ),
        lambda texts: isc_dhcpd.parse_leases(texts["leases"]),
    ),
}
"""By the name of the program."""

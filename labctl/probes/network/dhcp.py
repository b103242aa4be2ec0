"""What DHCP servers offer in each segment to a machine never seen before (RFC 2131 DISCOVER)."""

from dataclasses import dataclass
from ipaddress import IPv4Address


@dataclass(frozen=True, slots=True)
class Offer:
    """One DHCPOFFER; None or empty where the option was not sent."""

    server: IPv4Address  # option 54
    address: IPv4Address
    mask: str  # 255.255.255.0
    router: IPv4Address | None
    dns: tuple[IPv4Address, ...]
    domain: str
    lease_s: int
    ntp: tuple[IPv4Address, ...]


@dataclass(frozen=True, slots=True)
class DhcpOffers:
    """Offers by segment name; an empty tuple: nobody answered before the deadline."""

    offers: dict[str, tuple[Offer, ...]]

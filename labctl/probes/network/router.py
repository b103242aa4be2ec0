"""Facts read on the router itself."""

from dataclasses import dataclass
from ipaddress import IPv4Address


@dataclass(frozen=True, slots=True)
class Reservations:
    """DHCP reservations in the router's configuration: MAC (lower case) → address."""

    fixed: dict[str, IPv4Address]
    leases: dict[str, IPv4Address]  # active leases

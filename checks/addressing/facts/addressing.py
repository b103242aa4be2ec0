"""How the workstation is addressed on its candidate-owned card."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface


@dataclass(frozen=True, slots=True)
class Addressing:
    """Addressing of the workstation's ``eth0``."""

    mac: str
    is_up: bool
    addresses: tuple[IPv4Interface, ...]
    is_dhcp: bool  # a DHCP client runs for the card, or its configuration asks for DHCP
    gateway: IPv4Address | None
    dns: tuple[IPv4Address, ...]

"""Addresses and routes of a switch that routes."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface


@dataclass(frozen=True, slots=True)
class SwitchAddresses:
    """Addresses of the VLAN interfaces by VLAN id; ``up`` are those whose protocol is up.

    ``dynamic`` are the addresses that a DHCP server gave, whose mask no table prints.
    """

    svis: dict[int, IPv4Interface]
    up: frozenset[int]
    dynamic: dict[int, IPv4Address] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SwitchRoutes:
    """Routing of the switch; ``others_via`` are next hops of the default route at equal cost."""

    routing: bool
    default_via: IPv4Address | None
    others_via: frozenset[IPv4Address] = frozenset()

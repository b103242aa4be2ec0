"""Facts of the L3 switch, read over its own command line."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface

from labctl.plan.model import PortMode


@dataclass(frozen=True, slots=True)
class Vlans:
    """VLANs the switch knows, by id, with their names (VLAN 1 and 1002-1005 left out)."""

    names: dict[int, str]


@dataclass(frozen=True, slots=True)
class PortFact:
    """State of one port."""

    mode: PortMode
    access_vid: int
    native_vid: int
    trunk_vids: frozenset[int]  # allowed on the trunk; all of 1-4094 when not restricted
    enabled: bool  # not administratively shut down
    connected: bool
    description: str


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports by full name: ``GigabitEthernet1/0/5``; ``routed`` are those of no VLAN."""

    ports: dict[str, PortFact]
    routed: frozenset[str] = frozenset()


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


@dataclass(frozen=True, slots=True)
class MacEntry:
    """Where the switch last saw a MAC."""

    mac: str  # lower case, colons
    vid: int
    port: str  # full name


@dataclass(frozen=True, slots=True)
class MacTable:
    """The switch's MAC address table: what it learned.

    ``written`` are the addresses that its configuration holds, of which it proves nothing.
    """

    entries: tuple[MacEntry, ...]
    written: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SwitchConfig:
    """The switch's configurations, as lines; ``startup`` is None when there is none.

    Volatile lines (comments, dates, sizes) are removed, secrets are masked.
    """

    running: tuple[str, ...]
    startup: tuple[str, ...] | None
    hostname: str
    banner: str
    relays: dict[int, frozenset[IPv4Address]]  # VLAN id → ip helper-address
    vty_transports: frozenset[str]  # ssh, telnet
    vty_access_class: str  # name of the ACL, empty when none
    ntp: frozenset[IPv4Address]

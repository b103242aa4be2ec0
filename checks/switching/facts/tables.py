"""VLANs, ports and learned addresses of a switch, read over its command line."""

from dataclasses import dataclass

from checks.switching.demand import PortMode


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

"""What the shows are made from: a picture of the switch at one instant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from labswitch.config import Config
from labswitch.dataplane import MacEntry
from labswitch.links import Counters
from labswitch.lldp import Neighbor
from labswitch.node import Identity
from labswitch.state import State


@dataclass(frozen=True, slots=True)
class Arp:
    """An address that the switch has resolved."""

    address: str
    mac: str
    vlan: int


@dataclass(frozen=True, slots=True)
class Live:
    """What costs something to read, read when a show needs it."""

    macs: Callable[[], tuple[MacEntry, ...]]
    counters: Callable[[], Mapping[str, Counters]]
    matches: Callable[[], Mapping[tuple[str, int], int]]
    arp: Callable[[], tuple[Arp, ...]]
    neighbors: Callable[[], tuple[Neighbor, ...]]
    key: Callable[[], tuple[int, str] | None]


@dataclass(frozen=True, slots=True)
class View:
    """The switch now."""

    config: Config
    state: State
    startup: str | None
    identity: Identity
    now: datetime
    uptime_s: int
    reload_reason: str
    data_plane: str
    live: Live

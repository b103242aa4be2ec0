"""A switch in memory: what commands make of it, and what it shows."""

from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Interface

from labswitch.commands.outcome import Banner
from labswitch.commands.system import continue_banner
from labswitch.commands.table import CONFIG_SCOPE, apply
from labswitch.config import Config, factory
from labswitch.dataplane import MacEntry
from labswitch.grammar import build, match
from labswitch.links import Link
from labswitch.lldp import Neighbor
from labswitch.loading import load
from labswitch.node import Identity
from labswitch.shows.table import SHOWS
from labswitch.state import derive
from labswitch.view import Arp, Live, View

PORTS = 12
IDENTITY = Identity(
    ports={number: f"gi{number}" for number in range(1, PORTS + 1)},
    management="mgmt0",
    management_address=IPv4Interface("198.18.0.2/24"),
    base_mac=0x021A00010000,
    serial="LAB00000001",
)
FACTORY = factory(PORTS)
HELPER = IPv4Address("10.21.255.1")
_SHOWS = build(SHOWS)


def configured(*lines: str) -> Config:
    """Return what a factory switch becomes after some lines; every one must be accepted."""
    loaded = load("\n".join(lines), factory(PORTS))
    assert loaded.refused == ()
    return loaded.config


def typed(*lines: str) -> Config:
    """Return what a factory switch becomes when somebody types these lines."""
    config, scope = factory(PORTS), CONFIG_SCOPE
    banner: Banner | None = None
    for line in lines:
        if banner is not None:
            config, banner = continue_banner(config, banner, line)
            continue
        outcome = apply(config, scope, line)
        config, scope = outcome.config, outcome.scope or scope
        banner = outcome.request if isinstance(outcome.request, Banner) else None
    return config


def links(*numbers: int) -> dict[int, Link]:
    """Return links that run on these ports."""
    return {number: Link(number, up=True, running=True, mac="") for number in numbers}


def view_of(
    config: Config,
    connected: Iterable[int] = (),
    *,
    startup: str | None = None,
    macs: tuple[MacEntry, ...] = (),
    neighbors: tuple[Neighbor, ...] = (),
    arp: tuple[Arp, ...] = (),
) -> View:
    """Return the picture of a switch whose cabled ports are given."""
    live = Live(
        macs=lambda: macs,
        counters=dict,
        matches=lambda: {("INVITES", 20): 7},
        arp=lambda: arp,
        neighbors=lambda: neighbors,
        key=lambda: None,
    )
    return View(
        config=config,
        state=derive(config, links(*connected)),
        startup=startup,
        identity=IDENTITY,
        now=datetime(2025, 11, 24, 14, 5, 33, 123000, tzinfo=UTC),
        uptime_s=93784,
        reload_reason="Reload Command",
        data_plane="memory",
        live=live,
    )


def show(view: View, command: str) -> str:
    """Return what a show command prints."""
    found = match(_SHOWS, command, ports=PORTS)
    return found.handler(view, found.args)


EXAMPLE = configured(
    "hostname SW-ARU-01",
    "ip routing",
    "lldp run",
    "vlan 10",
    " name ADMIN",
    "vlan 20",
    " name SERVEURS",
    "vlan 40",
    " name INVITES",
    "vlan 255",
    " name TRANSIT",
    "vlan 999",
    " name PARKING",
    "interface range gi1/0/3-4,gi1/0/6",
    " switchport mode access",
    " switchport access vlan 999",
    " shutdown",
    "interface gi1/0/1",
    " description ARU-B1-P1-01",
    " switchport mode access",
    " switchport access vlan 255",
    "interface gi1/0/2",
    " description ARU-B1-P1-02",
    " switchport trunk native vlan 999",
    " switchport trunk allowed vlan 10,20",
    " switchport mode trunk",
    "interface gi1/0/9",
    " switchport trunk native vlan 10",
    " switchport trunk allowed vlan 10,40",
    " switchport mode trunk",
    "interface vlan 10",
    " ip address 10.21.10.1 255.255.255.224",
    " ip helper-address 10.21.255.1",
    "interface vlan 20",
    " ip address 10.21.20.1 255.255.255.192",
    "interface vlan 40",
    " ip address 10.21.40.1 255.255.255.128",
    " ip helper-address 10.21.255.1",
    " ip access-group INVITES in",
    "interface vlan 255",
    " ip address 10.21.255.2 255.255.255.252",
    "ip route 0.0.0.0 0.0.0.0 10.21.255.1",
    "ip access-list extended INVITES",
    " permit udp any any eq bootps",
    " deny ip 10.21.40.0 0.0.0.127 10.21.10.0 0.0.0.31",
    " permit ip any any",
)
"""The switch of the example cahier, in part."""

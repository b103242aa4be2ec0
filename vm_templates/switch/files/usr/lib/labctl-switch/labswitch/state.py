"""What the switch does with its configuration and its links: a pure function of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network

from labswitch.config import Config, Port, PortMode, Route, Svi, carried
from labswitch.links import Link


class Status(StrEnum):
    """State of a port, in the words of ``show interfaces status``."""

    CONNECTED = "connected"
    NOT_CONNECTED = "notconnect"
    DISABLED = "disabled"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class PortState:
    """A port and what becomes of it."""

    port: Port
    status: Status
    vlans: frozenset[int]

    @property
    def is_trunk(self) -> bool:
        """Tell whether the port is up and carries tags."""
        return self.port.mode is PortMode.TRUNK and self.status is Status.CONNECTED


@dataclass(frozen=True, slots=True)
class State:
    """Ports, routed interfaces and routes as they work now."""

    ports: Mapping[int, PortState]
    svis_up: frozenset[int]
    routes: tuple[Route, ...]


def derive(config: Config, links: Mapping[int, Link]) -> State:
    """Return the state of a switch with this configuration and these links (by port number)."""
    ports = {
        number: _derive_port(config, port, links.get(number))
        for number, port in config.ports.items()
    }
    active = frozenset(v for p in ports.values() if p.status is Status.CONNECTED for v in p.vlans)
    svis_up = frozenset(
        svi.vlan for svi in config.svis.values() if not svi.shutdown and svi.vlan in active
    )
    return State(ports, svis_up, _usable_routes(config, svis_up))


def connected(config: Config, svis_up: frozenset[int]) -> tuple[Svi, ...]:
    """Return the routed interfaces that are up with an address."""
    return tuple(
        svi for _, svi in sorted(config.svis.items()) if svi.vlan in svis_up and svi.address
    )


def _derive_port(config: Config, port: Port, link: Link | None) -> PortState:
    vlans = carried(config, port)
    if port.shutdown:
        return PortState(port, Status.DISABLED, vlans)
    if link is None or not link.running:
        return PortState(port, Status.NOT_CONNECTED, vlans)
    is_inactive = port.mode is not PortMode.TRUNK and not vlans
    return PortState(port, Status.INACTIVE if is_inactive else Status.CONNECTED, vlans)


def _usable_routes(config: Config, svis_up: frozenset[int]) -> tuple[Route, ...]:
    """Return the static routes whose gateway can be reached, the nearest of each network."""
    networks = [svi.address.network for svi in connected(config, svis_up) if svi.address]
    wanted = config.routes if config.ip_routing else _default_route(config)
    usable = [
        route
        for route in wanted
        if _is_reachable(route, networks) and route.network not in networks
    ]
    nearest: dict[IPv4Network, int] = {}
    for route in usable:
        nearest[route.network] = min(route.distance, nearest.get(route.network, 255))
    return tuple(route for route in usable if route.distance == nearest[route.network])


def _default_route(config: Config) -> tuple[Route, ...]:
    if config.default_gateway is None:
        return ()
    return (Route(IPv4Network("0.0.0.0/0"), config.default_gateway),)


def _is_reachable(route: Route, networks: list[IPv4Network]) -> bool:
    return route.gateway is None or any(route.gateway in network for network in networks)

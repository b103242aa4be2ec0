"""Addresses, relays, filters and routes."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from labswitch.arguments import Args
from labswitch.commands.layer2 import change_svis
from labswitch.commands.outcome import ConfigCommand, Outcome, Scope
from labswitch.config import Config, Route, Svi
from labswitch.errors import CliError, IncompleteError


def _address(config: Config, scope: Scope, args: Args) -> Outcome:
    if args.negated:
        return Outcome(change_svis(config, scope, lambda svi: replace(svi, address=None)))
    if len(scope.interfaces) != 1:
        raise CliError("% An address can be given to one interface at a time.")
    address = _interface_address(args.ip("address"), args.ip("mask"))
    _refuse_overlap(config, scope, address.network)
    return Outcome(change_svis(config, scope, lambda svi: replace(svi, address=address)))


def _interface_address(address: IPv4Address, mask: IPv4Address) -> IPv4Interface:
    length = _prefix_length(mask)
    if length is None:
        raise CliError(f"Bad mask 0x{int(mask):X} for address {address}")
    interface = IPv4Interface((int(address), length))
    ends = (interface.network.network_address, interface.network.broadcast_address)
    if address.is_multicast or address.is_loopback or int(address) >> 24 == 0 or length in (0, 32):
        raise CliError("% Not a valid host address - " + str(address))
    if length < 31 and address in ends:
        raise CliError(f"Bad mask /{length} for address {address}")
    return interface


def _prefix_length(mask: IPv4Address) -> int | None:
    bits = f"{int(mask):032b}"
    return None if "01" in bits else bits.count("1")


def _refuse_overlap(config: Config, scope: Scope, network: IPv4Network) -> None:
    (interface,) = scope.interfaces
    for svi in config.svis.values():
        if svi.address and svi.vlan != interface.number and svi.address.network.overlaps(network):
            raise CliError(f"% {network.network_address} overlaps with Vlan{svi.vlan}")


def _helper(config: Config, scope: Scope, args: Args) -> Outcome:
    def change(svi: Svi) -> Svi:
        if args.negated and not args.has("helper"):
            return replace(svi, helpers=())
        helper = args.ip("helper")
        others = tuple(known for known in svi.helpers if known != helper)
        if args.negated:
            return replace(svi, helpers=others)
        return svi if helper in svi.helpers else replace(svi, helpers=(*svi.helpers, helper))

    return Outcome(change_svis(config, scope, change))


def _access_group(config: Config, scope: Scope, args: Args) -> Outcome:
    name = "" if args.negated else args.text("acl")
    if args.text("direction", "in") == "in":
        return Outcome(change_svis(config, scope, lambda svi: replace(svi, acl_in=name)))
    return Outcome(change_svis(config, scope, lambda svi: replace(svi, acl_out=name)))


def _routing(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, ip_routing=not args.negated))


def _route(config: Config, _scope: Scope, args: Args) -> Outcome:
    network = _network(args.ip("network"), args.ip("mask"))
    if args.negated:
        return Outcome(replace(config, routes=_without(config, network, args)))
    if not args.has("gateway") and not args.has("null"):
        raise IncompleteError
    gateway = args.ip("gateway") if args.has("gateway") else None
    if gateway is not None and gateway in _own_addresses(config):
        raise CliError("%Invalid next hop address (it's this router)")
    route = Route(network, gateway, args.number("distance", 1))
    others = (r for r in config.routes if (r.network, r.gateway) != (network, gateway))
    return Outcome(replace(config, routes=tuple(sorted((*others, route), key=_route_order))))


def _network(address: IPv4Address, mask: IPv4Address) -> IPv4Network:
    length = _prefix_length(mask)
    if length is None:
        raise CliError("%Inconsistent address and mask")
    network = IPv4Network((int(address), length), strict=False)
    if network.network_address != address:
        raise CliError("%Inconsistent address and mask")
    return network


def _own_addresses(config: Config) -> set[IPv4Address]:
    return {svi.address.ip for svi in config.svis.values() if svi.address}


def _route_order(route: Route) -> tuple[int, int, int, int]:
    return (
        int(route.network.network_address),
        route.network.prefixlen,
        route.distance,
        int(route.gateway or 0),
    )


def _without(config: Config, network: IPv4Network, args: Args) -> tuple[Route, ...]:
    gone = [r for r in config.routes if r.network == network and _is_meant(r, args)]
    if not gone:
        raise CliError("%No matching route to delete")
    return tuple(route for route in config.routes if route not in gone)


def _is_meant(route: Route, args: Args) -> bool:
    if args.has("gateway"):
        return route.gateway == args.ip("gateway")
    return route.gateway is None if args.has("null") else True


def _default_gateway(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, default_gateway=None if args.negated else args.ip("gateway")))


GLOBAL: tuple[ConfigCommand, ...] = (
    ("[no] ip routing", _routing),
    ("[no] ip route <network:ip> <mask:mask> <gateway:ip>", _route),
    ("[no] ip route <network:ip> <mask:mask> <gateway:ip> <distance:1-255>", _route),
    ("[no] ip route <network:ip> <mask:mask> {null:Null0}", _route),
    ("[no] ip default-gateway <gateway:ip>", _default_gateway),
)
INTERFACE: tuple[ConfigCommand, ...] = (
    ("[no] ip address <address:ip> <mask:mask>", _address),
    ("[no] ip helper-address <helper:ip>", _helper),
    ("[no] ip access-group <acl:acl> {direction:in|out}", _access_group),
)

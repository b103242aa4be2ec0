"""Addresses, routes, filters, in the columns of the device recordings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from labswitch.acl import Acl, render_entry
from labswitch.config import Route
from labswitch.names import port, vlan
from labswitch.shows.layer2 import dotted
from labswitch.state import Status, connected
from labswitch.view import View

_CODES = """\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP
       + - replicated route, % - next hop override

"""


def render_interface_brief(view: View) -> str:
    """Return ``show ip interface brief``."""
    head = "Interface              IP-Address      OK? Method Status                Protocol\n"
    rows = [
        _brief_row(svi_name, address, status, protocol)
        for svi_name, address, status, protocol in _brief(view)
    ]
    return head + "".join(rows)


def _brief_row(name: str, address: str, status: str, protocol: str) -> str:
    method = "unset" if address == "unassigned" else "NVRAM"
    return f"{name:<22} {address:<15} YES {method:<6} {status:<21} {protocol}\n"


def _brief(view: View) -> Iterator[tuple[str, str, str, str]]:
    for _, svi in sorted(view.config.svis.items()):
        address = str(svi.address.ip) if svi.address else "unassigned"
        yield vlan(svi.vlan).long, address, *svi_status(view, svi.vlan)
    for number, state in view.state.ports.items():
        yield port(number).long, "unassigned", *port_status(state.status)


def svi_status(view: View, number: int) -> tuple[str, str]:
    """Return the state of an SVI and of its protocol."""
    if view.config.svis[number].shutdown:
        return "administratively down", "down"
    if number in view.state.svis_up:
        return "up", "up"
    return ("up" if number in view.config.vlans else "down"), "down"


def port_status(status: Status) -> tuple[str, str]:
    """Return the state of a port and of its protocol."""
    if status is Status.DISABLED:
        return "administratively down", "down"
    return ("up", "up") if status is Status.CONNECTED else ("down", "down")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the routing table."""

    code: str
    network: IPv4Network
    how: str


def render_routes(view: View, only: str = "") -> str:
    """Return ``show ip route``, of one origin (``connected``, ``static``) when asked."""
    if not view.config.ip_routing:
        return _render_host_routes(view)
    rows = [
        row
        for row in _rows(view)
        if not only or row.code[0] in {"connected": "CL", "static": "S"}[only]
    ]
    return _CODES + _gateway(view) + "\n" + "".join(_render_rows(rows))


def _render_host_routes(view: View) -> str:
    gateway = view.config.default_gateway
    first = f"Default gateway is {gateway}" if gateway else "Default gateway is not set"
    table = "Host               Gateway           Last Use    Total Uses  Interface\n"
    table += "ICMP redirect cache is empty\n"
    return f"{first}\n\n{table}"


def _gateway(view: View) -> str:
    default = next(
        (route for route in view.state.routes if route.network.prefixlen == 0 and route.gateway),
        None,
    )
    if default is None:
        return "Gateway of last resort is not set\n"
    return f"Gateway of last resort is {default.gateway} to network 0.0.0.0\n"


def _rows(view: View) -> list[_Row]:
    rows = []
    for svi in connected(view.config, view.state.svis_up):
        if svi.address is not None:
            how = f"is directly connected, {vlan(svi.vlan).long}"
            rows += [
                _Row("C", svi.address.network, how),
                _Row("L", IPv4Network(svi.address.ip), how),
            ]
    rows += [_static(route) for route in view.state.routes]
    return sorted(rows, key=lambda row: (int(row.network.network_address), row.network.prefixlen))


def _static(route: Route) -> _Row:
    code = "S*" if route.network.prefixlen == 0 else "S"
    if route.gateway is None:
        return _Row(code, route.network, "is directly connected, Null0")
    return _Row(code, route.network, f"[{route.distance}/0] via {route.gateway}")


def _render_rows(rows: list[_Row]) -> Iterator[str]:
    groups: dict[IPv4Network, list[_Row]] = {}
    for row in rows:
        groups.setdefault(_classful(row.network), []).append(row)
    for major, members in groups.items():
        yield from _render_group(major, members)


def _classful(network: IPv4Network) -> IPv4Network:
    first = int(network.network_address) >> 24
    length = 8 if first < 128 else 16 if first < 192 else 24
    return network if network.prefixlen <= length else network.supernet(new_prefix=length)


def _render_group(major: IPv4Network, rows: list[_Row]) -> Iterator[str]:
    if all(row.network == major for row in rows):
        previous = None
        for row in rows:
            lead = (
                f"{row.code:<6}{row.network} "
                if row.network != previous
                else " " * (7 + len(str(row.network)))
            )
            yield f"{lead}{row.how}\n"
            previous = row.network
        return
    subnets, masks = (
        len({row.network for row in rows}),
        len({row.network.prefixlen for row in rows}),
    )
    yield f"      {major} is variably subnetted, {subnets} subnets, {masks} masks\n"
    for row in rows:
        yield f"{row.code:<9}{row.network} {row.how}\n"


def render_route_to(view: View, address: IPv4Address) -> str:
    """Return ``show ip route A.B.C.D``: the best route towards an address."""
    matching = (
        [row for row in _rows(view) if address in row.network] if view.config.ip_routing else []
    )
    if address == IPv4Address(0):
        matching = [row for row in matching if row.network.prefixlen == 0]
    if not matching:
        return "% Network not in table\n"
    best = max(matching, key=lambda row: row.network.prefixlen)
    known = "static" if best.code.startswith("S") else "connected"
    supernet = ", supernet" if best.network.prefixlen == 0 else ""
    candidate = ", candidate default path" if best.code == "S*" else ""
    via = best.how.rsplit(" ", 1)[1]
    how = "directly connected, via " if known == "connected" else ""
    return (
        f"Routing entry for {best.network}{supernet}\n"
        f'  Known via "{known}", distance {0 if known == "connected" else 1}, metric 0{candidate}\n'
        f"  Routing Descriptor Blocks:\n  * {how}{via}\n"
        "      Route metric is 0, traffic share count is 1\n"
    )


def render_acls(view: View, name: str = "") -> str:
    """Return ``show access-lists``, with the packets that each entry has matched."""
    wanted = [acl for acl in view.config.acls.values() if name in ("", acl.name)]
    matches = view.live.matches() if wanted else {}
    return "".join(_render_acl(acl, matches) for acl in wanted)


def _render_acl(acl: Acl, matches: Mapping[tuple[str, int], int]) -> str:
    text = f"{'Extended' if acl.extended else 'Standard'} IP access list {acl.name}\n"
    for entry in acl.entries:
        if entry.remark:
            continue
        count = matches.get((acl.name, entry.sequence), 0)
        suffix = f" ({count} match{'es' if count != 1 else ''})" if count else ""
        rule = render_entry(entry, extended=acl.extended, table=True)
        text += f"    {entry.sequence} {rule}{suffix}\n"
    return text


def render_arp(view: View) -> str:
    """Return ``show ip arp``: what was resolved, and the switch's own addresses."""
    head = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
    own = [
        (str(svi.address.ip), "-", svi_mac(view, svi.vlan), svi.vlan)
        for svi in connected(view.config, view.state.svis_up)
        if svi.address
    ]
    known = [(entry.address, "0", dotted(entry.mac), entry.vlan) for entry in view.live.arp()]
    rows = sorted([*own, *known], key=lambda row: int(IPv4Address(row[0])))
    return head + "".join(
        f"Internet  {address:<15} {age:>10}   {mac}  ARPA   {vlan(number).long}\n"
        for address, age, mac, number in rows
    )


def svi_mac(view: View, number: int) -> str:
    """Return the MAC of an SVI, in dots."""
    return dotted((view.identity.base_mac + 64 + number).to_bytes(6, "big").hex())

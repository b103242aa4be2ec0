"""Who reaches what: TCP, ICMP, names and web pages, tried from labctl's probe in each segment."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from checks.dhcp.facts.dnsmasq import parse_leases
from checks.internet.demand import find_wan_card
from labctl.api import (
    Answer,
    NodeName,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    _,
    card_of,
    not_understood,
    read_file,
    results_of,
    run_on,
    try_from,
)


@dataclass(frozen=True, slots=True)
class WanExposure:
    """What the router shows to the Internet side."""

    wan_address: IPv4Address | None
    reachable: bool  # it answers ARP on the WAN: closed ports are then really closed
    open_tcp: frozenset[int]
    open_udp: frozenset[int]
    scanned: int


WAN = "WAN"
LEASES = "/var/lib/misc/dnsmasq.leases"
TCP_PORTS = (
    7, 9, 13, 20, 21, 22, 23, 25, 26, 37, 53, 79, 80, 81, 88, 106, 110, 111, 113, 119, 135, 139,
    143, 144, 161, 179, 199, 389, 427, 443, 444, 445, 465, 513, 514, 515, 543, 544, 548, 554, 587,
    631, 646, 873, 990, 993, 995, 1025, 1080, 1110, 1433, 1521, 1701, 1720, 1723, 1755, 1900, 2000,
    2001, 2049, 2121, *range(2601, 2624), 2717, 3000, 3128, 3268, 3306, 3389, 3986, 4443, 4899,
    5000, 5009, 5051, 5060, 5101, 5190, 5357, 5432, 5631, 5666, 5800, 5900, 5985, 6000, 6379, 6646,
    7070, 8000, 8008, 8009, 8080, 8081, 8443, 8728, 8888, 9090, 9100, 9999, 10000, 32768, 49152,
)  # fmt: skip
"""The hundred ports most often open, those of routing daemons (FRR) and of admin pages."""
_DNS_QUERY = "6c61010000010000000000000776657273696f6e0462696e640000100003"
_NTP_QUERY = "e30003fa000100000001000000000000" + "00" * 32
_SNMP_QUERY = "302602010104067075626c6963a019020171020100020100300e300c06082b060102010101000500"
_SSDP_QUERY = b'M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n'.hex()
UDP_QUERIES = {
    "53": _DNS_QUERY,
    "67": "00",
    "69": "00017800006f6374657400",
    "123": _NTP_QUERY,
    "161": _SNMP_QUERY,
    "500": "00" * 28,
    "514": "00",
    "1900": _SSDP_QUERY,
}


def scan(plan: Plan) -> Question:
    """Ask the probe on the WAN for everybody there but labctl's own, and their open ports."""
    trial: dict[str, object] = {
        "kind": "scan",
        "interface": card_of(plan, WAN),
        "network": str(plan.internet.wan),
        "except": (str(plan.internet.gateway.ip), str(plan.internet.probe.ip)),
        "tcp": TCP_PORTS,
        "udp": UDP_QUERIES,
    }
    return try_from(plan, WAN, [trial])


def leases(plan: Plan) -> Question:
    """Ask the upstream for the addresses it gave."""
    return run_on(plan.internet.node, "/usr/bin/cat", LEASES)


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the scan and the leases."""
    return scan(plan), leases(plan)


def parse(plan: Plan, answers: tuple[Answer, ...]) -> WanExposure:
    """Keep what was found at the router: at every address of the machine that holds its MAC."""
    scanned, leased = answers
    found = find_router(plan, scanned)
    tried = {(protocol, *one) for host in found.values() for protocol in ("tcp", "udp")
             for one in _outcomes(host, protocol)}  # fmt: skip
    opened = {(protocol, port) for protocol, port, outcome in tried if outcome == "open"}
    lease = read_wan_address(plan, leased)
    return WanExposure(
        wan_address=lease if lease in found or not found else min(found),
        reachable=bool(found),
        open_tcp=frozenset(port for protocol, port in opened if protocol == "tcp"),
        open_udp=frozenset(port for protocol, port in opened if protocol == "udp"),
        scanned=len({(protocol, port) for protocol, port, _outcome in tried}),
    )


def find_near_address(plan: Plan, node: NodeName, segment: str) -> IPv4Address:
    """Return the address of a machine in a segment, its first one where it has none there."""
    cards = plan.nodes[node].interfaces
    near = (card.address.ip for card in cards if card.segment == segment and card.address)
    return next(near, plan.address_of(node))


def find_router(plan: Plan, answer: Answer) -> dict[IPv4Address, Mapping[str, Any]]:
    """Return what was found at each address of the router on the WAN, nothing when it is silent."""
    (result,) = results_of(answer)
    hosts = result.get("hosts")
    if not isinstance(hosts, dict):
        raise not_understood(answer.question.text, result)
    if result.get("left_out"):
        raise NotUnderstood(
            _("côté Internet, %(count)s adresses de plus répondent que la sonde n’en essaie")
            % {"count": result["left_out"]}
        )
    return {
        _address(host): found
        for host, found in hosts.items()
        if isinstance(found, dict) and found.get("mac") == router_mac(plan)
    }


def read_wan_address(plan: Plan, answer: Answer) -> IPv4Address | None:
    """Return the address that the upstream gave the router."""
    return parse_leases(read_file(answer)).get(router_mac(plan))


def router_mac(plan: Plan) -> str:
    """Return the MAC of the router's WAN card."""
    return find_wan_card(plan).mac.lower()


def _address(host: str) -> IPv4Address:
    try:
        return IPv4Address(host)
    except AddressValueError as exc:
        raise NotUnderstood(_("adresse incorrecte : %(value)s") % {"value": host[:40]}) from exc


def _outcomes(found: Mapping[str, Any], protocol: str) -> list[tuple[int, str]]:
    outcomes = found.get(protocol, {})
    if not isinstance(outcomes, dict) or not all(str(port).isdecimal() for port in outcomes):
        raise NotUnderstood(_("les résultats d'un balayage ne sont pas rangés par port"))
    if "error" in outcomes.values():
        raise NotUnderstood(_("la sonde côté Internet n'a pas pu essayer chaque port"))
    return [(int(port), str(outcome)) for port, outcome in outcomes.items()]


PROBE = Probe(WanExposure, ask, parse)

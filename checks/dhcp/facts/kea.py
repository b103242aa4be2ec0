"""Files of Kea: reservations of its configuration (JSON with comments), and its leases (CSV).

Kea Administrator Reference Manual, « The DHCPv4 Server », « Host Reservations in DHCPv4 » and
« Fine-Tuning DHCPv4 Host Reservation ».
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from checks.dhcp.facts.hardware import parse_address, parse_mac
from labctl.api import NotUnderstood, _

_COMMENT = re.compile(r'["#]|//|/\*')
_QUOTE = re.compile(r'["\\]')
_LAST_COMMA = re.compile(r",[ \t\r\n]{0,4096}(?=[]}])")
_IDENTIFIERS = ("hw-address", "client-id")
_BARE = re.compile(r"(?:0x)?((?:[0-9A-Fa-f]{2}){6,7})")
"""An identifier without colons: a MAC, or that behind its hardware type."""
_GLOBAL, _IN_SUBNET = "reservations-global", "reservations-in-subnet"
_DEFAULTS = {_GLOBAL: False, _IN_SUBNET: True}
_MODES = {
    "global": {_GLOBAL: True, _IN_SUBNET: False},
    "disabled": {_GLOBAL: False, _IN_SUBNET: False},
    "off": {_GLOBAL: False, _IN_SUBNET: False},
}
"""What « reservation-mode » of older versions stands for; its other values are the default."""
_ELSEWHERE = ("hosts-database", "hosts-databases")
_FREE = frozenset({"1", "2"})
"""Lease states: declined, expired."""


def parse_reservations(configuration: str) -> dict[str, IPv4Address]:
    """Return the address of each MAC that is reserved one in a subnet.

    Those outside of subnets are only served in a subnet for which « reservations-global » says so,
    there, in its shared network or for all.
    """
    if not configuration.strip():
        return {}
    try:
        document = json.loads(strip_comments(configuration))
        server = document["Dhcp4"]
        if any(name in server for name in _ELSEWHERE):
            raise NotUnderstood(
                _("%(what)s : les réservations sont tenues ailleurs (%(where)s)")
                % {"what": "Kea", "where": "hosts-database"}
            )
        return dict(_reserved(server))
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as exc:
        raise NotUnderstood(_("la configuration de Kea n'est pas comprise")) from exc


def parse_leases(text: str) -> dict[str, IPv4Address]:
    """Return the address of each MAC that holds a lease; the last line about an address counts."""
    held: dict[IPv4Address, str] = {}
    try:
        for row in csv.reader(text.splitlines()):
            address = parse_address(row[0]) if len(row) > 9 else None  # state
            if address is not None:
                is_free = row[9] in _FREE or row[3] == "0"
                held[address] = "" if is_free else parse_mac(row[1])
    except csv.Error as exc:
        raise NotUnderstood(_("les baux de Kea ne sont pas compris")) from exc
    return {mac: address for address, mac in held.items() if mac}


def strip_comments(text: str) -> str:
    """Return JSON without the comments of #, // and /* */, nor commas after a last item."""
    whole, plain, at = list[str](), list[str](), 0
    while found := _COMMENT.search(text, at):
        start, mark = found.start(), found[0]
        plain.append(text[at:start])
        if mark == '"':
            at = _end_of_string(text, start + 1)
            whole += (_without_last_commas(plain), text[start:at])
            plain = []
        else:
            end = text.find("*/" if mark == "/*" else "\n", start + len(mark))
            at = len(text) if end < 0 else end + 2 * (mark == "/*")
    plain.append(text[at:])
    return "".join((*whole, _without_last_commas(plain)))


def _without_last_commas(parts: list[str]) -> str:
    return _LAST_COMMA.sub("", "".join(parts))


def _end_of_string(text: str, at: int) -> int:
    while found := _QUOTE.search(text, at):
        if found[0] == '"':
            return found.end()
        at = found.end() + 1
    return len(text)


def _reserved(server: dict[str, Any]) -> Iterator[tuple[str, IPv4Address]]:
    shared = server.get("shared-networks", [])
    for network in (server, *shared):
        for subnet in network.get("subnet4", []):
            told = (subnet, network, server)
            if _is_wanted(_GLOBAL, told):
                inside = IPv4Network(subnet["subnet"], strict=False)
                yield from (host for host in _hosts(server) if host[1] in inside)
            if _is_wanted(_IN_SUBNET, told):
                yield from _hosts(subnet)


def _is_wanted(setting: str, told: Iterable[dict[str, Any]]) -> bool:
    """Tell whether reservations are looked for: the nearest scope that says so decides."""
    for scope in told:
        if setting in scope:
            return bool(scope[setting])
        if "reservation-mode" in scope:
            return _MODES.get(scope["reservation-mode"], _DEFAULTS)[setting]
    return _DEFAULTS[setting]


def _hosts(scope: dict[str, Any]) -> Iterator[tuple[str, IPv4Address]]:
    for host in scope.get("reservations", []):
        mac = next((mac for name in _IDENTIFIERS if (mac := _mac(host.get(name, "")))), "")
        address = parse_address(host.get("ip-address", ""))
        if mac and address:
            yield mac, address


def _mac(text: str) -> str:
    bare = _BARE.fullmatch(text)
    return parse_mac(":".join(re.findall("..", bare[1])) if bare else text)

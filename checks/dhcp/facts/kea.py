"""Files of Kea: reservations of its configuration (JSON with comments), and its leases (CSV).

Kea Administrator Reference Manual, « The DHCPv4 Server », « Host Reservations in DHCPv4 ».
"""

import csv
import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any

from checks.dhcp.facts.hardware import parse_address, parse_mac
from labctl.api import NotUnderstood, _

_COMMENT = re.compile(r'["#]|//|/\*')
_QUOTE = re.compile(r'["\\]')
_LAST_COMMA = re.compile(r",[ \t\r\n]{0,4096}(?=[]}])")
_IDENTIFIERS = ("hw-address", "client-id")
_ELSEWHERE = ("hosts-database", "hosts-databases")
_FREE = frozenset({"1", "2"})
"""Lease states: declined, expired."""


def parse_reservations(configuration: str) -> dict[str, IPv4Address]:
    """Return the address of each MAC that a subnet reserves one for.

    Those outside of subnets are only served where « reservations-global » says so.
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
    for scope in (server, *shared):
        for subnet in scope.get("subnet4", []):
            if subnet.get("reservations-in-subnet", server.get("reservations-in-subnet", True)):
                yield from _hosts(subnet)
    if server.get("reservations-global", False):
        yield from _hosts(server)


def _hosts(scope: dict[str, Any]) -> Iterator[tuple[str, IPv4Address]]:
    for host in scope.get("reservations", []):
        mac = next((mac for name in _IDENTIFIERS if (mac := parse_mac(host.get(name, "")))), "")
        address = parse_address(host.get("ip-address", ""))
        if mac and address:
            yield mac, address

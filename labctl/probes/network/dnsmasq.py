"""Files of dnsmasq: reservations in its configuration, and its leases."""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address

from labctl.core.i18n import _
from labctl.probes.base import NotUnderstood

_MAC = re.compile(r"(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}")
_ELSEWHERE = re.compile(r"^[ \t]*(dhcp-hostsfile|dhcp-hostsdir|read-ethers)\b", re.MULTILINE)


def parse_reservations(configuration: str) -> dict[str, IPv4Address]:
    """Return the address of each MAC that has a ``dhcp-host`` line; ignored ones left out."""
    if elsewhere := _ELSEWHERE.search(configuration):
        raise NotUnderstood(
            _("dnsmasq : les réservations sont tenues ailleurs (%(where)s)")
            % {"where": elsewhere[1]}
        )
    found: dict[str, IPv4Address] = {}
    for line in configuration.splitlines():
        name, equals, value = line.partition("#")[0].partition("=")
        if equals and name.strip() == "dhcp-host":
            found |= dict(_reservation(value))
    return found


def parse_leases(text: str) -> dict[str, IPv4Address]:
    """Return the address of each MAC that holds a lease: ``expiry MAC address name client-id``."""
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 4 and _MAC.fullmatch(words[1].lower()) and (ip := _address(words[2])):
            found[_full_mac(words[1])] = ip
    return found


def _reservation(value: str) -> Iterator[tuple[str, IPv4Address]]:
    parts = [part.strip() for part in value.split(",")]
    addresses = [ip for part in parts if (ip := _address(part))]
    if addresses and "ignore" not in parts:
        for part in parts:
            mac = part.lower().removeprefix("1-")  # hardware type 1: Ethernet
            if _MAC.fullmatch(mac):
                yield _full_mac(mac), addresses[0]


def _full_mac(mac: str) -> str:
    return ":".join(octet.zfill(2) for octet in mac.lower().split(":"))


def _address(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None

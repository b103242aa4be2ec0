"""Files of dnsmasq: reservations in its configuration and beside it, and its leases."""

import math
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from checks.dhcp.facts.hardware import parse_address, parse_mac, parse_names

EXPIRY_DIGITS = 16


def parse_reservations(
    configuration: str, hosts: str = "", ethers: str = "", names: str = ""
) -> dict[str, IPv4Address]:
    """Return the address of each MAC: of ``dhcp-host``, of files of hosts, of ``/etc/ethers``.

    A host that is given a name and no address has the one that the name has in ``/etc/hosts``
    (dnsmasq(8), « --dhcp-host »), which ``host-record`` adds to.
    """
    known = _known(configuration, names)
    lines = (*_values(configuration, "dhcp-host"), *_words(hosts))
    found: dict[str, IPv4Address] = {}
    for line in lines:
        found |= dict(_reservation(line, known))
    for line in _words(ethers):
        mac, _space, host = line.partition(" ")
        address = parse_address(host) or known.get(host.strip().lower())
        if parse_mac(mac) and address:
            found[parse_mac(mac)] = address
    return found


def parse_leases(text: str) -> dict[str, IPv4Address]:
    """Return the address of each MAC that holds a lease: ``expiry MAC address name client-id``.

    A machine that changed its client identifier holds two: the one that ends last was given last.
    """
    found: dict[str, tuple[float, IPv4Address]] = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 4 and (mac := parse_mac(words[1])) and (ip := parse_address(words[2])):
            lease = (_expiry(words[0]), ip)
            found[mac] = max(found.get(mac, lease), lease)
    return {mac: ip for mac, (_expiry_s, ip) in found.items()}


def _expiry(text: str) -> float:
    """Return when a lease ends; 0 is never."""
    seconds = int(text) if text.isdecimal() and len(text) < EXPIRY_DIGITS else 0
    return seconds or math.inf


def _values(configuration: str, wanted: str) -> Iterator[str]:
    for line in _words(configuration):
        name, equals, value = line.partition("=")
        if equals and name.strip() == wanted:
            yield value


def _words(text: str) -> Iterator[str]:
    """Yield the lines without comments, tabulators as spaces."""
    for line in text.splitlines():
        content = line.partition("#")[0].replace("\t", " ").strip()
        if content:
            yield content


def _known(configuration: str, names: str) -> dict[str, IPv4Address]:
    """Return the address of each name: the first of a record, or of a file; none without DNS.

    Seen of dnsmasq 2.91, and in ``dhcp_update_configs`` of its source.
    """
    found: dict[str, IPv4Address] = {}
    if list(_values(configuration, "port"))[-1:] != ["0"]:
        for name, address in (*_records(configuration), *parse_names(names)):
            found.setdefault(name, address)
    return found


def _records(configuration: str) -> Iterator[tuple[str, IPv4Address]]:
    """Yield what ``host-record=NAME,…,IPV4,IPV6,TTL`` gives."""
    for value in _values(configuration, "host-record"):
        parts = [part.strip() for part in value.split(",")]
        names = (part.lower() for part in parts if not (part.isdecimal() or parse_address(part)))
        address = next(filter(None, map(parse_address, parts)), None)
        if address:
            yield from ((name, address) for name in names)


def _bare(host: str) -> str:
    """Return the name that dnsmasq looks for: without its domain, in lower case."""
    return host.partition(".")[0].lower()


def _reservation(value: str, known: Mapping[str, IPv4Address]) -> Iterator[tuple[str, IPv4Address]]:
    parts = [part.strip() for part in value.split(",")]
    addresses = [ip for part in parts if (ip := parse_address(part))]
    addresses += [known[name] for name in map(_bare, parts) if name in known]
    if addresses and "ignore" not in parts:
        for part in parts:
            if mac := parse_mac(part.removeprefix("id:")):
                yield mac, addresses[0]

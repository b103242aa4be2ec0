"""Network cards as they are."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Interface
from typing import Any

from labwindows.machine import Machine

_SERVER = re.compile(r"option dhcp-server-identifier ([\d.]+);")
_FIXED = re.compile(r"fixed-address ([\d.]+);")
MANAGEMENT = "mgmt0"
_CLIENT = re.compile(r"\b(?:udhcpc|dhclient|dhcpcd)\b")


@dataclass(frozen=True, slots=True)
class Lease:
    """What a DHCP server gave; without times where the client does not note them."""

    server: str
    address: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A network card; ``index`` is its number in the kernel."""

    name: str
    index: int
    mac: str  # 02:00:00:… in capitals
    is_up: bool
    addresses: tuple[IPv4Interface, ...]
    gateways: tuple[str, ...]
    is_dhcp: bool


def read_cards(machine: Machine) -> tuple[Card, ...]:
    """Return the Ethernet cards, in the kernel's order."""
    stamp = _stamp(machine)
    routes = _json(machine.recall(stamp, "ip", "-j", "-4", "route", "show", "default"))
    links = [one for one in _json(machine.recall(stamp, "ip", "-j", "address"))
             if one.get("link_type") == "ether"]  # fmt: skip
    asked = frozenset(_find_dhcp(machine, [str(link["ifname"]) for link in links]))
    return tuple(_card(link, routes, asked) for link in links)


def _stamp(machine: Machine) -> tuple[str, ...]:
    """Return what changes in the kernel when a card, an address or a route does: cheap to read."""
    cards = (
        f"{path.removesuffix('flags')}{name}"
        for path in machine.find("/sys/class/net/*/flags")
        for name in ("address", "flags", "ifindex", "operstate")
    )
    tables = ("/proc/net/fib_trie", "/proc/net/route", "/proc/net/if_inet6")
    return tuple(f"{path}\n{machine.read(path)}" for path in (*tables, *cards))


def _find_dhcp(machine: Machine, names: Sequence[str]) -> Iterator[str]:
    """Yield the cards whose configuration asks for DHCP, or for which a client runs.

    What runs is looked at only for a card that might have one: it costs the most.
    """
    files = ("/etc/network/interfaces", *machine.find("/etc/network/interfaces.d/*"))
    configuration = "\n".join(map(machine.read, files))
    left = []
    for name in names:
        if re.search(
            rf"^\s*iface\s+{re.escape(name)}\s+inet\s+dhcp\b", configuration, re.MULTILINE
        ):
            yield name
        elif name != MANAGEMENT:
            left.append(name)
    for path in machine.find("/proc/[0-9]*/cmdline") if left else ():
        program = machine.read(path).replace("\0", " ")
        if _CLIENT.search(program):
            yield from (name for name in left if name in program.split())


def read_lease(machine: Machine, card: Card) -> Lease | None:
    """Return the lease of the card's address; one that was set by hand has none."""
    mine = {str(address.ip) for address in card.addresses}
    read = (_read_udhcpc(machine, card.name), _read_dhclient(machine, card.name))
    found = (one for one in read if one is not None and one.address in mine)
    return next(found, None) if card.is_dhcp else None


def _read_udhcpc(machine: Machine, name: str) -> Lease | None:
    """Read the note that the client's script writes (``build`` of this template)."""
    lines = machine.read(f"/run/udhcpc.{name}.lease").splitlines()
    said = {key: value for key, _sign, value in (line.partition("=") for line in lines)}
    server, address = said.get("serverid", ""), said.get("ip", "")
    if not server or not address:
        return None
    since, length = said.get("since", ""), said.get("lease", "")
    if not (since.isdecimal() and length.isdecimal() and len(since) < 12 and len(length) < 11):
        return Lease(server, address)
    begun = datetime.fromtimestamp(int(since), UTC)
    return Lease(server, address, begun, begun + timedelta(seconds=int(length)))


def _read_dhclient(machine: Machine, name: str) -> Lease | None:
    """Read the last lease of ISC's client."""
    texts = "\n".join(machine.read(path) for path in machine.find("/var/lib/dhcp/dhclient*.leases"))
    for lease in reversed(texts.split("lease {")):
        server, address = _SERVER.search(lease), _FIXED.search(lease)
        if f'interface "{name}"' in lease and server and address:
            return Lease(server[1], address[1])
    return None


def read_resolvers(machine: Machine) -> tuple[str, ...]:
    """Return the addresses of the resolvers, in order."""
    lines = (line.split() for line in machine.read("/etc/resolv.conf").splitlines())
    return tuple(words[1] for words in lines if len(words) > 1 and words[0] == "nameserver")


def read_suffix(machine: Machine) -> str:
    """Return the DNS suffix of the connection."""
    for line in machine.read("/etc/resolv.conf").splitlines():
        words = line.split()
        if len(words) > 1 and words[0] in ("search", "domain"):
            return words[1]
    return ""


def _card(link: dict[str, Any], routes: list[dict[str, Any]], asked: frozenset[str]) -> Card:
    name = str(link["ifname"])
    flags = link.get("flags", [])
    gateways = (route for route in routes if route.get("dev") == name and "gateway" in route)
    return Card(
        name=name,
        index=int(link["ifindex"]),
        mac=str(link.get("address", "")).upper(),
        is_up="UP" in flags and "LOWER_UP" in flags,
        addresses=tuple(_addresses(link)),
        gateways=tuple(str(route["gateway"]) for route in gateways),
        is_dhcp=name in asked or any(a.get("dynamic") for a in link.get("addr_info", [])),
    )


def _addresses(link: dict[str, Any]) -> Iterator[IPv4Interface]:
    for address in link.get("addr_info", []):
        if address.get("family") == "inet":
            yield IPv4Interface(f"{address['local']}/{address['prefixlen']}")


def _json(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict) and one]

"""Network cards as they are."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Any

from labwindows.machine import Machine

_CLIENT = re.compile(r"\b(?:udhcpc|dhclient|dhcpcd)\b")


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
    asked = "\n".join(_configurations(machine))
    cards = []
    for link in _json(machine.recall(stamp, "ip", "-j", "address")):
        if link.get("link_type") == "ether":
            cards.append(_card(link, routes, asked))
    return tuple(cards)


def _stamp(machine: Machine) -> tuple[str, ...]:
    """Return what changes in the kernel when a card, an address or a route does: cheap to read."""
    cards = (
        path
        for name in ("address", "flags", "ifindex", "operstate")
        for path in machine.find(f"/sys/class/net/*/{name}")
    )
    tables = ("/proc/net/fib_trie", "/proc/net/route", "/proc/net/if_inet6")
    return tuple(f"{path}\n{machine.read(path)}" for path in (*tables, *cards))


def _configurations(machine: Machine) -> Iterator[str]:
    """Yield the files that say how cards are addressed, then the programs that run."""
    for path in ("/etc/network/interfaces", *machine.find("/etc/network/interfaces.d/*")):
        yield machine.read(path)
    for path in machine.find("/proc/[0-9]*/cmdline"):
        yield machine.read(path).replace("\0", " ")


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


def _card(link: dict[str, Any], routes: list[dict[str, Any]], asked: str) -> Card:
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
        is_dhcp=_asks(asked, name) or any(a.get("dynamic") for a in link.get("addr_info", [])),
    )


def _addresses(link: dict[str, Any]) -> Iterator[IPv4Interface]:
    for address in link.get("addr_info", []):
        if address.get("family") == "inet":
            yield IPv4Interface(f"{address['local']}/{address['prefixlen']}")


def _asks(text: str, name: str) -> bool:
    """Tell whether a DHCP client runs for a card, or its configuration asks for one."""
    if re.search(rf"^\s*iface\s+{re.escape(name)}\s+inet\s+dhcp\b", text, re.MULTILINE):
        return True
    return any(_CLIENT.search(line) and name in line.split() for line in text.splitlines())


def _json(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict) and one]

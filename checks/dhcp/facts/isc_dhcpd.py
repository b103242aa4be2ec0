"""Files of ISC's dhcpd: hosts of its configuration (dhcpd.conf(5)), and dhcpd.leases(5)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address

from checks.dhcp.facts.hardware import parse_address, parse_mac, parse_names
from labctl.api import NotUnderstood, _

_WORD = re.compile(r'"[^"\n]{0,1024}"|[{};,]|[^\s{};,"]{1,1024}|"')
Block = list[list[str]]


def parse_reservations(configuration: str, names: str = "") -> dict[str, IPv4Address | None]:
    """Return the address of each MAC that a ``host`` gives one to, by a name too.

    dhcpd looks a name up as any program of its machine (dhcpd.conf(5), « fixed-address »):
    ``names`` is its ``/etc/hosts``. None is the address of a name that is not there.
    """
    known: dict[str, set[IPv4Address]] = {}
    for name, address in parse_names(names):
        known.setdefault(name, set()).add(address)
    found: dict[str, IPv4Address | None] = {}
    for _name, statements in _blocks(configuration, "host"):
        mac, fixed = _hardware(statements), _fixed(statements)
        if mac and fixed and ["deleted"] not in statements:
            found[mac] = _address(mac, fixed, known)
    return found


def _hardware(statements: Block) -> str:
    """Return the MAC of a host, which may be told by its client identifier."""
    mac = parse_mac(_value(statements, "hardware", "ethernet"))
    return mac or parse_mac(_value(statements, "option", "dhcp-client-identifier"))


def _address(
    mac: str, fixed: Iterable[str], known: Mapping[str, set[IPv4Address]]
) -> IPv4Address | None:
    found: set[IPv4Address | None] = set()
    for word in fixed:
        address = parse_address(word)
        found |= {address} if address else known.get(word.lower().rstrip("."), {None})
    if len(found) > 1:
        raise NotUnderstood(_("dhcpd réserve plusieurs adresses à %(mac)s") % {"mac": mac})
    return found.pop()


def parse_leases(text: str) -> dict[str, IPv4Address]:
    """Return the address of each MAC that holds a lease; the last word about one counts."""
    held: dict[IPv4Address, str] = {}
    for name, statements in _blocks(text, "lease"):
        if address := parse_address(name):
            is_active = ["binding", "state", "active"] in statements
            mac = parse_mac(_value(statements, "hardware", "ethernet"))
            held[address] = mac if is_active else ""
    return {mac: address for address, mac in held.items() if mac}


def _blocks(text: str, keyword: str) -> Iterator[tuple[str, Block]]:
    """Yield the name and the statements of each block ``keyword NAME { … }``, at any depth."""
    outer: list[tuple[list[str], Block]] = []
    statements, words = Block(), list[str]()
    for word in _words(text):
        if word == "{":
            outer.append((words, statements))
            statements, words = [], []
        elif word == "}" and outer:
            head, below = outer.pop()
            if head[-2:-1] == [keyword]:
                yield head[-1], statements
            statements, words = below, []
        elif word == ";":
            statements.append(words)
            words = []
        else:
            words.append(word)


def _words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for word in _WORD.findall(line):
            if word.startswith("#"):
                break
            yield word


def _value(statements: Block, *head: str) -> str:
    size = len(head)
    found = (words[size] for words in statements if tuple(words[:size]) == head and words[size:])
    return next(found, "")


def _fixed(statements: Block) -> list[str]:
    for words in statements:
        if words[:1] == ["fixed-address"]:
            return [word for word in words[1:] if word != ","]
    return []

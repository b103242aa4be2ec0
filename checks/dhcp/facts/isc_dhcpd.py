"""Files of ISC's dhcpd: hosts of its configuration (dhcpd.conf(5)), and dhcpd.leases(5)."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address

from checks.dhcp.facts.hardware import parse_address, parse_mac
from labctl.api import NotUnderstood, _

_WORD = re.compile(r'"[^"\n]{0,1024}"|[{};,]|[^\s{};,"]{1,1024}|"')
Block = list[list[str]]


def parse_reservations(configuration: str) -> dict[str, IPv4Address]:
    """Return the address of each MAC that a ``host`` gives one to."""
    found: dict[str, IPv4Address] = {}
    for _name, statements in _blocks(configuration, "host"):
        mac, addresses = _value(statements, "hardware", "ethernet"), _fixed(statements)
        if parse_mac(mac) and addresses and ["deleted"] not in statements:
            if len(addresses) > 1:
                raise NotUnderstood(_("dhcpd réserve plusieurs adresses à %(mac)s") % {"mac": mac})
            found[parse_mac(mac)] = addresses[0]
    return found


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


def _fixed(statements: Block) -> list[IPv4Address]:
    for words in statements:
        if words[:1] == ["fixed-address"]:
            return [ip for word in words[1:] if (ip := parse_address(word))]
    return []

"""The addresses that a text notes."""

import re
from collections.abc import Collection, Iterator
from ipaddress import AddressValueError, IPv4Address

from labctl.api import _

_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


def list_addresses(text: str) -> frozenset[IPv4Address]:
    """Return the IPv4 addresses in a text."""
    return frozenset(_each_address(text))


def _each_address(text: str) -> Iterator[IPv4Address]:
    for found in _ADDRESS.findall(text):
        try:
            yield IPv4Address(found)
        except AddressValueError:
            continue


def join_addresses(addresses: Collection[IPv4Address]) -> str:
    """Return addresses as people read them, in their order."""
    return ", ".join(map(str, sorted(addresses))) or _("rien")

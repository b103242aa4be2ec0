"""The addresses, networks and masks that a text notes, however they are written."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from itertools import zip_longest

from labctl.api import _

_SLASH, _SEPARATORS = re.compile(r"\s*/\s*(?=\d)"), re.compile(r"[(),;:]")
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


def list_networks(text: str) -> frozenset[IPv4Network]:
    """Return the networks in a text: an address without a host and its mask (RFC 4632, 3.1).

    The mask is in the same word or in the next one: « 10.0.0.0 / 24 », « 10.0.0.0 255.255.255.0 ».
    """
    words = _list_words(text)
    pairs = zip_longest(words, words[1:], fillvalue="")
    return frozenset(network for pair in pairs for network in _each_network(*pair))


def _each_network(word: str, following: str) -> Iterator[IPv4Network]:
    mask = following.removeprefix("/") if following.startswith("/") or "." in following else ""
    for noted in (word, f"{word}/{mask}"):
        if "/" in noted:
            with suppress(ValueError):
                yield IPv4Network(noted)


def find_mask(cells: Collection[str], network: IPv4Network, number: int) -> bool:
    """Tell whether the mask of a network is noted: in dots, behind a slash, or alone in its cell.

    ``number`` is another one of the same row, which may be equal to the length of the mask.
    """
    words = _list_words("\n".join(cells))
    masks = {str(network.prefixlen), str(network.netmask)}
    alone = [cell for cell in cells if cell.strip() == str(network.prefixlen)]
    return (
        str(network.netmask) in words
        or any(word.rpartition("/")[2] in masks for word in words if "/" in word)
        or len(alone) > (number == network.prefixlen)
    )


def find_vlan(text: str, number: int) -> bool:
    """Tell whether the number of a VLAN is noted: « 10 », « VLAN10 », « Vlan-10 »."""
    return any(
        word.casefold().removeprefix("vlan").strip("-_.#=") == str(number)
        for word in _list_words(text)
    )


def names_network(address: IPv4Address) -> bool:
    """Tell whether an address is that of a network, and of no host, to whoever reads it."""
    is_mask = address.is_reserved or address.is_unspecified
    return int(address) % 256 == 0 and not is_mask


def _list_words(text: str) -> list[str]:
    return _SEPARATORS.sub(" ", _SLASH.sub("/", text)).split()


def join_addresses(addresses: Collection[IPv4Address]) -> str:
    """Return addresses as people read them, in their order."""
    return ", ".join(map(str, sorted(addresses))) or _("rien")

"""Hardware and network addresses as the files of DHCP servers write them."""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address

_MAC = re.compile(r"(?:[0-9a-f]{1,2}[:-]){5}[0-9a-f]{1,2}")
_ETHERNET = re.compile(r"^0?1[:-]")


def parse_mac(text: str) -> str:
    """Return a MAC in lower case, two digits each, empty when the text is none.

    A client identifier that is the hardware type 1 and the MAC (RFC 2132 9.14) stands for it.
    """
    mac = text.strip().lower()
    if not _MAC.fullmatch(mac):
        mac = _ETHERNET.sub("", mac)
    if not _MAC.fullmatch(mac):
        return ""
    return ":".join(octet.zfill(2) for octet in re.split("[:-]", mac))


def parse_address(text: str) -> IPv4Address | None:
    """Return an address, None when the text is none."""
    try:
        return IPv4Address(text.strip())
    except AddressValueError:
        return None


def parse_names(hosts: str) -> Iterator[tuple[str, IPv4Address]]:
    """Yield the names of a file of hosts in lower case, as they stand, with their addresses.

    The case of a name means nothing (RFC 4343). Several lines may give addresses to one name.
    """
    for line in hosts.splitlines():
        first, *names = line.partition("#")[0].split() or [""]
        if address := parse_address(first):
            yield from ((name.lower(), address) for name in names)

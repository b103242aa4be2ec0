"""Parts of the configuration of a switch: sections, lines of interfaces."""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address

from checks.switching.facts.config_text import read_config
from checks.switching.facts.show import read_show
from labctl.api import Answer

RUNNING = "show running-config"
Sections = Mapping[str, tuple[str, ...]]
_MAC = re.compile(r"\b(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}\b")


def split_sections(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the indented lines below each line of the first level."""
    found: dict[str, list[str]] = {}
    below: list[str] = []
    for line in lines:
        if line[0] == " ":
            below.append(line.strip())
        else:
            below = found.setdefault(line, [])
    return {head: tuple(body) for head, body in found.items()}


def parse_macs(lines: Iterable[str]) -> frozenset[str]:
    """Return the addresses of cards that a configuration holds: static, secure or sticky ones."""
    found = (match for line in lines for match in _MAC.findall(line))
    return frozenset(":".join(re.findall("..", mac.replace(".", "").lower())) for mac in found)


def find_value(lines: Iterable[str], head: str) -> str:
    """Return the rest of the first line that begins so, empty when none does."""
    return next((line[len(head) :].strip() for line in lines if line.startswith(head)), "")


def find_addresses(lines: Iterable[str], head: str) -> Iterator[IPv4Address]:
    """Yield the addresses on the lines that begin so; other words are passed over."""
    for line in lines:
        for word in line[len(head) :].split() if line.startswith(head) else ():
            try:
                yield IPv4Address(word)
            except AddressValueError:
                continue  # ``vrf NAME``, ``prefer``, a host name


def read_sections(running: Answer) -> dict[str, tuple[str, ...]]:
    """Return the sections of ``show running-config``."""
    return split_sections(read_config(read_show(running)).lines)

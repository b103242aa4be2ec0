"""What the configurations of the switch say, as facts: they hold what no show command prints."""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from labctl.core.i18n import _
from labctl.probes.base import NotUnderstood
from labctl.probes.network.switch import SwitchConfig

Sections = Mapping[str, tuple[str, ...]]

HIDDEN = "***"
HIDDEN_OTHER = "*** (autre)"

_VOLATILE = re.compile(
    r"!|Building configuration|Current configuration\b|Using \d+ (out of|bytes)|ntp clock-period"
    r"|Load for |Time source is"
)
_SECRET = re.compile(
    r"(?P<head>.*\b(?:secret|password|key-string|community|key)(?: \d)? )"
    r"(?P<secret>\S+)(?P<tail>.*)"
)
_BANNER = re.compile(r"banner (?:motd|login|exec) (\^C|\S)(.*)")
_NO_STARTUP = re.compile(r"startup-config is not present|%%? ?Non-volatile.*(invalid|not)", re.I)
DEFAULT_TRANSPORTS = frozenset({"ssh", "telnet"})
"""What a line without ``transport input`` lets in: nothing was restricted."""


def parse_config(running: str, startup: str) -> SwitchConfig:
    """Read ``show running-config`` and ``show startup-config``."""
    lines = clean_lines(running)
    if not any(line.startswith("hostname ") for line in lines):
        raise NotUnderstood(_("show running-config : pas de ligne hostname"))
    known = frozenset(_secrets(lines))
    saved = None if _NO_STARTUP.search(startup) else clean_lines(startup)
    if saved is not None and not saved:
        raise NotUnderstood(_("show startup-config : vide, et ne le dit pas"))
    sections = split_sections(lines)
    return SwitchConfig(
        running=tuple(_mask(line, known) for line in lines),
        startup=None if saved is None else tuple(_mask(line, known) for line in saved),
        hostname=_value(lines, "hostname "),
        banner=parse_banner(running),
        relays=parse_relays(sections),
        vty_transports=_vty_transports(sections),
        vty_access_class=_vty_access_class(sections),
        ntp=frozenset(_addresses(lines, "ntp server ")),
    )


def clean_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a configuration without the volatile ones; indentation is kept.

    One that has no end was cut: what is read of it may have ended at a prompt inside a banner.
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    if lines and lines[-1] != "end":
        raise NotUnderstood(_("une configuration du commutateur est coupée avant son « end »"))
    return tuple(line for line in lines[:-1] if not _VOLATILE.match(line) and line != "end")


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


def parse_descriptions(sections: Sections) -> dict[str, str]:
    """Return the description of each interface that has one."""
    return {
        head.removeprefix("interface "): _value(body, "description ")
        for head, body in sections.items()
        if head.startswith("interface ")
    }


def parse_svis(sections: Sections) -> dict[int, IPv4Interface]:
    """Return the primary address of each VLAN interface that has one."""
    found = {}
    for vid, body in _svi_sections(sections):
        for line in body:
            if match := re.fullmatch(r"ip address (\S+) (\d+\.\d+\.\d+\.\d+)", line):
                found[vid] = _interface(match[1], match[2])
    return found


def parse_relays(sections: Sections) -> dict[int, frozenset[IPv4Address]]:
    """Return the relay addresses of each VLAN interface that has some."""
    relays = {
        vid: frozenset(_addresses(body, "ip helper-address "))
        for vid, body in _svi_sections(sections)
    }
    return {vid: addresses for vid, addresses in relays.items() if addresses}


def is_routing(lines: Iterable[str]) -> bool:
    """Tell whether the configuration turns routing on."""
    return "ip routing" in lines


def parse_banner(text: str) -> str:
    """Return the text of the first banner, on one or several lines; empty when there is none."""
    for match in _BANNER.finditer(text):
        delimiter, rest = match[1], text[match.start(2) :]
        return rest.partition(delimiter)[0].strip()
    return ""


def _svi_sections(sections: Sections) -> Iterator[tuple[int, tuple[str, ...]]]:
    for head, body in sections.items():
        if match := re.fullmatch(r"interface Vlan ?(\d{1,4})", head):
            yield int(match[1]), body


def _vty_sections(sections: Sections) -> list[tuple[str, ...]]:
    return [body for head, body in sections.items() if head.startswith("line vty")]


def _vty_transports(sections: Sections) -> frozenset[str]:
    found: set[str] = set()
    for body in _vty_sections(sections) or [()]:
        words = _value(body, "transport input ").split()
        if not words or "all" in words:
            found |= DEFAULT_TRANSPORTS
        found |= set(words) & DEFAULT_TRANSPORTS
    return frozenset(found)


def _vty_access_class(sections: Sections) -> str:
    """Name of the ACL that guards every line; empty when one line has none, or another."""
    names = {(_value(body, "access-class ").split() or [""])[0] for body in _vty_sections(sections)}
    return names.pop() if len(names) == 1 else ""


def _value(lines: Iterable[str], head: str) -> str:
    return next((line[len(head) :].strip() for line in lines if line.startswith(head)), "")


def _addresses(lines: Iterable[str], head: str) -> Iterator[IPv4Address]:
    for line in lines:
        for word in line[len(head) :].split() if line.startswith(head) else ():
            try:
                yield IPv4Address(word)
            except AddressValueError:
                continue  # ``vrf NAME``, ``prefer``, a host name


def _interface(address: str, mask: str) -> IPv4Interface:
    try:
        return IPv4Interface(f"{address}/{mask}")
    except ValueError as exc:
        raise NotUnderstood(
            _("adresse incorrecte : %(value)s") % {"value": f"{address} {mask}"[:60]}
        ) from exc


def _secrets(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if match := _SECRET.fullmatch(line):
            yield match["secret"]


def _mask(line: str, known: frozenset[str]) -> str:
    """Hide a secret, keeping apart those that the running configuration does not hold."""
    match = _SECRET.fullmatch(line)
    if not match:
        return line
    hidden = HIDDEN if match["secret"] in known else HIDDEN_OTHER
    return f"{match['head']}{hidden}{match['tail']}"

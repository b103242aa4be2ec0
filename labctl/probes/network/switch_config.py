"""What the configurations of the switch say, as facts: they hold what no show command prints."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from labctl.connect.cli.secrets import SecretMask
from labctl.core.i18n import _
from labctl.probes.base import NotUnderstood
from labctl.probes.network.config_text import read_config
from labctl.probes.network.switch import SwitchConfig

Sections = Mapping[str, tuple[str, ...]]

DISPLAYED = ("motd", "login", "exec")
"""Kinds of banner that warn who comes in, the one that is asked first."""
_NO_STARTUP = re.compile(r"startup-config is not present|%%? ?Non-volatile.*(invalid|not)", re.I)
_LAST_LINE = "\nend"
_MAC = re.compile(r"\b(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}\b")
DEFAULT_TRANSPORTS = frozenset({"ssh", "telnet"})
"""What a line without ``transport input`` lets in: nothing was restricted."""


def parse_config(running: str, startup: str) -> SwitchConfig:
    """Read ``show running-config`` and ``show startup-config``."""
    mask = SecretMask()
    now, saved = read_config(running), None
    if not any(line.startswith("hostname ") for line in now.lines):
        raise NotUnderstood(_("show running-config : pas de ligne hostname"))
    if _LAST_LINE in startup or not _NO_STARTUP.search(startup):
        saved = read_config(startup)
        if not saved.lines:
            raise NotUnderstood(_("show startup-config : vide, et ne le dit pas"))
    sections = split_sections(now.lines)
    return SwitchConfig(
        running=tuple(map(mask, now.lines)),
        startup=None if saved is None else tuple(map(mask, saved.lines)),
        hostname=_value(now.lines, "hostname "),
        banner=_banner(now.banners),
        relays=parse_relays(sections),
        vty_transports=_vty_transports(sections),
        vty_access_class=_vty_access_class(sections),
        ntp=frozenset(_addresses(now.lines, "ntp server ")),
    )


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
    """Return the primary address that each VLAN interface was given, or borrows."""
    own, borrowed = {}, {}
    for head, body in sections.items():
        if not head.startswith("interface "):
            continue
        name = head.removeprefix("interface ")
        for line in body:
            if match := re.fullmatch(r"ip address (\S+) (\d+\.\d+\.\d+\.\d+)", line):
                own[name] = _interface(match[1], match[2])
            elif match := re.match(r"ip unnumbered (\S+)", line):
                borrowed[name] = match[1]
    found = own | {name: own[lender] for name, lender in borrowed.items() if lender in own}
    return {vid: found[head] for vid, head in _svi_names(sections) if head in found}


def parse_macs(lines: Iterable[str]) -> frozenset[str]:
    """Return the addresses of cards that a configuration holds: static, secure or sticky ones."""
    found = (match for line in lines for match in _MAC.findall(line))
    return frozenset(":".join(re.findall("..", mac.replace(".", "").lower())) for mac in found)


def refuse_unknown_svis(sections: Sections, table: Container[int]) -> None:
    """Refuse a VLAN interface that no table knows: a free text may have written it."""
    for vid, _name in _svi_names(sections):
        if vid not in table:
            raise NotUnderstood(
                _("Vlan%(vid)s : une interface de la configuration que le commutateur n'a pas")
                % {"vid": vid}
            )


def parse_dynamic(sections: Sections) -> frozenset[int]:
    """Return the VLAN interfaces whose address comes from a DHCP server, or is borrowed so."""
    given = {head for head, body in sections.items() if _is_given(body)}
    return frozenset(
        vid
        for vid, body in _svi_sections(sections)
        if _is_given(body)
        or any(f"interface {_value([line], 'ip unnumbered ')}" in given for line in body)
    )


def _is_given(body: Iterable[str]) -> bool:
    return any(re.match(r"ip address dhcp\b", line) for line in body)


def parse_relays(sections: Sections) -> dict[int, frozenset[IPv4Address]]:
    """Return the relay addresses of each VLAN interface that has some."""
    relays = {
        vid: frozenset(_addresses(body, "ip helper-address "))
        for vid, body in _svi_sections(sections)
    }
    return {vid: addresses for vid, addresses in relays.items() if addresses}


def _banner(banners: Mapping[str, str]) -> str:
    """Return the banner that is asked; empty when there is none."""
    return next((banners[kind].strip() for kind in DISPLAYED if kind in banners), "")


def _svi_sections(sections: Sections) -> Iterator[tuple[int, tuple[str, ...]]]:
    for vid, name in _svi_names(sections):
        yield vid, sections[f"interface {name}"]


def _svi_names(sections: Sections) -> Iterator[tuple[int, str]]:
    for head in sections:
        if match := re.fullmatch(r"interface (Vlan ?(\d{1,4}))", head):
            yield int(match[2]), match[1]


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

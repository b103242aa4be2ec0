"""What the configuration of the switch says of its VLAN interfaces."""

import re
from collections.abc import Container, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Interface

from checks.switching.facts.running import Sections, find_addresses, find_value
from labctl.api import NotUnderstood, _


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
        or any(f"interface {find_value([line], 'ip unnumbered ')}" in given for line in body)
    )


def _is_given(body: Iterable[str]) -> bool:
    return any(re.match(r"ip address dhcp\b", line) for line in body)


def parse_relays(sections: Sections) -> dict[int, frozenset[IPv4Address]]:
    """Return the relay addresses of each VLAN interface that has some."""
    relays = {
        vid: frozenset(find_addresses(body, "ip helper-address "))
        for vid, body in _svi_sections(sections)
    }
    return {vid: addresses for vid, addresses in relays.items() if addresses}


def _svi_sections(sections: Sections) -> Iterator[tuple[int, tuple[str, ...]]]:
    for vid, name in _svi_names(sections):
        yield vid, sections[f"interface {name}"]


def _svi_names(sections: Sections) -> Iterator[tuple[int, str]]:
    for head in sections:
        if match := re.fullmatch(r"interface (Vlan ?(\d{1,4}))", head):
            yield int(match[2]), match[1]


def _interface(address: str, mask: str) -> IPv4Interface:
    try:
        return IPv4Interface(f"{address}/{mask}")
    except ValueError as exc:
        raise NotUnderstood(
            _("adresse incorrecte : %(value)s") % {"value": f"{address} {mask}"[:60]}
        ) from exc

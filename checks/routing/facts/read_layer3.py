"""What the show commands of the switch say of addresses and routes."""

import re
from collections.abc import Container, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from checks.routing.facts.layer3 import SwitchAddresses, SwitchRoutes
from checks.switching.facts.show import field, lost_line, parse_show, read_show, refuse_lost_lines
from labctl.api import Answer, NotUnderstood, _

ANYWHERE = "0.0.0.0"  # noqa: S104  # a route, not a socket
_NO_ROUTE = re.compile(r"(Codes: .*\n([ \t]+\S.*\n)*\s*)?Gateway of last resort is not set\s*")
_OTHER_WAY_OUT = re.compile(
    r"^\S.{0,8} 0\.0\.0\.0/0 .*(?:\n[ \t]+\[.*)*\n[ \t]+is directly connected", re.MULTILINE
)
"""A default route of which one way has no next hop: the template passes over its line."""
_NOT_ROUTING = re.compile(
    r"\A\s*(?:(?:Load for|Time source is|No time source).*\n)*\s*Default gateway is "
)


def parse_routes(answer: Answer) -> SwitchRoutes:
    """Read ``show ip route``: a switch whose routing is off prints its gateway instead.

    The configuration does not tell: IOL and IOSvL2 route without printing ``ip routing``.
    """
    if _NOT_ROUTING.search(read_show(answer)):
        return SwitchRoutes(routing=False, default_via=None)
    rows = parse_show(answer, may_be_empty=_NO_ROUTE)
    refuse_lost_lines(answer, r".*\b0\.0\.0\.0/0 ", rows, "NETWORK", ANYWHERE)
    if _OTHER_WAY_OUT.search(read_show(answer)):
        raise lost_line(answer)
    hops = sorted(
        _address(field(row, "NEXTHOP_IP"))
        for row in rows
        if (field(row, "NETWORK"), field(row, "PREFIX_LENGTH")) == (ANYWHERE, "0")
        and field(row, "NEXTHOP_IP")
    )
    return SwitchRoutes(True, hops[0] if hops else None, frozenset(hops[1:]))  # noqa: FBT003


def parse_brief(answer: Answer) -> dict[int, tuple[IPv4Address | None, bool]]:
    """Read the VLAN interfaces of ``show ip interface brief``: address, and whether it is up."""
    rows = parse_show(answer)
    refuse_lost_lines(answer, r"Vl(an)?\d", rows, "INTERFACE", "Vl")
    found = {}
    for row in rows:
        match = re.fullmatch(r"Vl(?:an)?(\d{1,4})", field(row, "INTERFACE"))
        if match:
            text = field(row, "IP_ADDRESS")
            address = None if text == "unassigned" else _address(text)
            is_up = (field(row, "STATUS"), field(row, "PROTO")) == ("up", "up")
            found[int(match[1])] = (address, is_up)
    return found


def match_masks(
    brief: Mapping[int, tuple[IPv4Address | None, bool]],
    configured: Mapping[int, IPv4Interface],
    dynamic: Container[int],
) -> SwitchAddresses:
    """Give each address of the table the mask of the configuration, which must agree with it.

    One that a DHCP server gave is not in the configuration.
    """
    svis, given = {}, {}
    for vid, (address, _is_up) in brief.items():
        if address is None:
            continue
        if vid in dynamic:
            given[vid] = address
            continue
        if vid not in configured or configured[vid].ip != address:
            raise NotUnderstood(
                _("Vlan%(vid)s : l'adresse %(address)s n'est pas celle qui est configurée")
                % {"vid": vid, "address": address}
            )
        svis[vid] = configured[vid]
    up = frozenset(vid for vid, (address, is_up) in brief.items() if address and is_up)
    return SwitchAddresses(svis, up, given)


def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError as exc:
        raise NotUnderstood(_("adresse incorrecte : %(value)s") % {"value": text[:40]}) from exc

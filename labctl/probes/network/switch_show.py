"""What the show commands of the switch say, as facts."""

import re
from collections.abc import Container, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from labctl.connect.base import Answer
from labctl.core.i18n import _
from labctl.plan.model import PortMode
from labctl.probes.base import NotUnderstood
from labctl.probes.network.port_names import full_name
from labctl.probes.network.show import Row, field, parse_show, read_show
from labctl.probes.network.switch import (
    MacEntry,
    MacTable,
    PortFact,
    Ports,
    SwitchAddresses,
    SwitchRoutes,
    Vlans,
)

ALL_VIDS = frozenset(range(1, 4095))
ANYWHERE = "0.0.0.0"  # noqa: S104  # a route, not a socket
RESERVED_VIDS = frozenset({1, 1002, 1003, 1004, 1005})

_VLAN = re.compile(
    r"(?P<vid>\d{1,4}) +(?P<name>\S(?:.*\S)?) +(?:active|suspended|(?:act|sus)/\S+)(?: +[A-Z].*)?"
)
_CABLED = re.compile(r"[A-Za-z-]*(?:Ethernet|GigE)\d")
"""A port that a cable goes to: the addresses of the switch itself are on « CPU » and « Vlan »."""
_NO_MAC = re.compile(
    r"(Mac Address Table\n-+\s*)?Vlan\s+Mac Address\s+Type\s+Ports\n[-\s]+"
    r"(Total Mac Addresses for this criterion: 0)?",
    re.IGNORECASE,
)
_NO_ROUTE = re.compile(r"(Codes: .*\n([ \t]+\S.*\n)*\s*)?Gateway of last resort is not set\s*")
_OTHER_WAY_OUT = re.compile(
    r"^\S.{0,8} 0\.0\.0\.0/0 .*(?:\n[ \t]+\[.*)*\n[ \t]+is directly connected", re.MULTILINE
)
"""A default route of which one way has no next hop: the template passes over its line."""
_NOT_ROUTING = re.compile(
    r"\A\s*(?:(?:Load for|Time source is|No time source).*\n)*\s*Default gateway is "
)


def parse_vlans(answer: Answer) -> Vlans:
    """Read ``show vlan brief``; a name may hold spaces, and be longer than its column."""
    names: dict[int, str] = {}
    for line in _vlan_lines(answer):
        row = _VLAN.fullmatch(line.rstrip())
        if row is None:
            raise _lost_line(answer)
        names[int(row["vid"])] = row["name"]
    if not names:
        raise NotUnderstood(
            _("%(what)s : aucune ligne comprise dans %(count)d caractères")
            % {"what": answer.question.text, "count": len(answer.output)}
        )
    return Vlans({vid: name for vid, name in names.items() if vid not in RESERVED_VIDS})


def _vlan_lines(answer: Answer) -> Iterator[str]:
    """Yield the lines of the table that begin with a number."""
    is_inside = False
    for line in read_show(answer).split("\n"):
        if re.match(r"VLAN +(Name|Type)\b", line):
            is_inside = "Name" in line
        elif is_inside and line[:1].isdecimal():
            yield line


def parse_ports(status: Answer, switchport: Answer, descriptions: Mapping[str, str]) -> Ports:
    """Read ``show interfaces status`` and ``show interfaces switchport``.

    Descriptions come from the configuration: the tables cut them.
    """
    states = {full_name(field(row, "PORT")): field(row, "STATUS") for row in parse_show(status)}
    modes = {full_name(field(row, "INTERFACE")): row for row in parse_show(switchport)}
    ports = {
        name: _port(modes[name], state, descriptions.get(name, ""))
        for name, state in states.items()
        if name in modes and field(modes[name], "SWITCHPORT") == "Enabled"
    }
    return Ports(ports, frozenset(states) - frozenset(ports))


def parse_mac_table(answer: Answer, written: frozenset[str]) -> MacTable:
    """Read ``show mac address-table``; one entry per address that was learned and port.

    A port that is secured (port-security, 802.1X) learns addresses as static ones: they differ
    from those that somebody wrote by not being in the configuration.
    """
    rows = parse_show(answer, may_be_empty=_NO_MAC)
    entries = {
        MacEntry(mac, int(vid), name)
        for row in rows
        if (vid := field(row, "VLAN_ID")).isdecimal()
        for mac in (_mac(field(row, "DESTINATION_ADDRESS")),)
        for name in map(full_name, row["DESTINATION_PORT"])
        if _is_learned(field(row, "TYPE").lower(), name, is_written=mac in written)
    }
    ordered = sorted(entries, key=lambda entry: (entry.mac, entry.vid, entry.port))
    return MacTable(tuple(ordered), written)


def _is_learned(kind: str, port: str, *, is_written: bool) -> bool:
    if kind == "static":
        return not is_written and _CABLED.match(port) is not None
    return kind == "dynamic"


def parse_routes(answer: Answer) -> SwitchRoutes:
    """Read ``show ip route``: a switch whose routing is off prints its gateway instead.

    The configuration does not tell: IOL and IOSvL2 route without printing ``ip routing``.
    """
    if _NOT_ROUTING.search(read_show(answer)):
        return SwitchRoutes(routing=False, default_via=None)
    rows = parse_show(answer, may_be_empty=_NO_ROUTE)
    _refuse_lost_lines(answer, r".*\b0\.0\.0\.0/0 ", rows, "NETWORK", ANYWHERE)
    if _OTHER_WAY_OUT.search(read_show(answer)):
        raise _lost_line(answer)
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
    _refuse_lost_lines(answer, r"Vl(an)?\d", rows, "INTERFACE", "Vl")
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


def parse_vids(text: str) -> frozenset[int]:
    """Return the ids of ``10,20,30-32``, ``ALL`` or ``NONE``."""
    if text.upper() == "ALL":
        return ALL_VIDS
    vids: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _dash, last = part.partition("-")
        if not (first.isdecimal() and (last.isdecimal() or not last)):
            if part.upper() == "NONE":
                continue
            raise NotUnderstood(
                _("ce n'est pas une liste de VLAN : %(value)s") % {"value": text[:80]}
            )
        vids.update(range(int(first), min(int(last or first), 4094) + 1))
    return frozenset(vids & ALL_VIDS)


def _refuse_lost_lines(
    answer: Answer, line: str, rows: tuple[Row, ...], name: str, start: str
) -> None:
    """Refuse a table of which a line that matters became no row: its template skips in silence."""
    lines = sum(bool(re.match(line, text)) for text in read_show(answer).splitlines())
    if lines > sum(field(row, name).startswith(start) for row in rows):
        raise _lost_line(answer)


def _lost_line(answer: Answer) -> NotUnderstood:
    return NotUnderstood(
        _("%(what)s : une ligne n'a pas été comprise") % {"what": answer.question.text}
    )


def _port(row: Row, state: str, description: str) -> PortFact:
    mode = _mode(row)
    access = field(row, "ACCESS_VLAN")
    native = field(row, "NATIVE_VLAN")
    return PortFact(
        mode=mode,
        access_vid=int(access) if access.isdecimal() else 0,
        native_vid=int(native) if native.isdecimal() else 0,
        trunk_vids=(
            parse_vids(field(row, "TRUNKING_VLANS")) if mode is PortMode.TRUNK else frozenset()
        ),
        enabled=state != "disabled",
        connected=state == "connected",
        description=description,
    )


def _mode(row: Row) -> PortMode:
    """Administrative mode, or what a port left on « dynamic » has become."""
    wanted = field(row, "ADMIN_MODE")
    if wanted.startswith("dynamic"):
        wanted = field(row, "MODE")
    return PortMode.TRUNK if wanted.startswith("trunk") else PortMode.ACCESS


def _mac(text: str) -> str:
    digits = text.replace(".", "").lower()
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError as exc:
        raise NotUnderstood(_("adresse incorrecte : %(value)s") % {"value": text[:40]}) from exc

"""What the show commands of the switch say, as facts."""

import re
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from labctl.connect.base import Answer
from labctl.core.i18n import _
from labctl.plan.model import PortMode
from labctl.probes.base import NotUnderstood
from labctl.probes.network.show import Row, field, parse_show, read_show
from labctl.probes.network.switch import MacEntry, MacTable, PortFact, Ports, SwitchRoutes, Vlans

ALL_VIDS = frozenset(range(1, 4095))
ANYWHERE = "0.0.0.0"  # noqa: S104  # a route, not a socket
RESERVED_VIDS = frozenset({1, 1002, 1003, 1004, 1005})

_KINDS = {
    "Fa": "FastEthernet",
    "Gi": "GigabitEthernet",
    "Te": "TenGigabitEthernet",
    "Po": "Port-channel",
    "Vl": "Vlan",
}
_NO_MAC = re.compile(
    r"(Mac Address Table\n-+\s*)?Vlan\s+Mac Address\s+Type\s+Ports\n[-\s]+"
    r"(Total Mac Addresses for this criterion: 0)?",
    re.IGNORECASE,
)
_NO_ROUTE = re.compile(
    r"(Codes: .*\n([ \t]+\S.*\n)*\s*)?"
    r"(Gateway of last resort is not set|Default gateway is not set)\s*"
    r"(Host\s+Gateway\s+Last Use\s+Total Uses\s+Interface\s*)?(ICMP redirect cache is empty)?"
)


def full_name(port: str) -> str:
    """Return ``GigabitEthernet1/0/5`` for ``Gi1/0/5``; other names as they are."""
    match = re.fullmatch(r"([A-Za-z]{2})(\d[\d/]*)", port)
    if not match or match[1].capitalize() not in _KINDS:
        return port
    return _KINDS[match[1].capitalize()] + match[2]


def parse_vlans(answer: Answer) -> Vlans:
    """Read ``show vlan brief``."""
    names = {int(field(row, "VLAN_ID")): field(row, "VLAN_NAME") for row in parse_show(answer)}
    return Vlans({vid: name for vid, name in names.items() if vid not in RESERVED_VIDS})


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
    return Ports(ports)


def parse_mac_table(answer: Answer) -> MacTable:
    """Read ``show mac address-table``; one entry per dynamic address and port."""
    rows = parse_show(answer, may_be_empty=_NO_MAC)
    entries = {
        MacEntry(_mac(field(row, "DESTINATION_ADDRESS")), int(vid), full_name(port))
        for row in rows
        if field(row, "TYPE").lower() == "dynamic" and (vid := field(row, "VLAN_ID")).isdecimal()
        for port in row["DESTINATION_PORT"]
    }
    return MacTable(tuple(sorted(entries, key=lambda entry: (entry.mac, entry.vid, entry.port))))


def parse_routes(answer: Answer, *, routing: bool) -> SwitchRoutes:
    """Read ``show ip route``; whether the switch routes is in its configuration."""
    rows = parse_show(answer, may_be_empty=_NO_ROUTE)
    _refuse_lost_lines(answer, r".*\b0\.0\.0\.0/0 ", rows, "NETWORK", ANYWHERE)
    hops = [
        _address(field(row, "NEXTHOP_IP"))
        for row in rows
        if (field(row, "NETWORK"), field(row, "PREFIX_LENGTH")) == (ANYWHERE, "0")
        and field(row, "NEXTHOP_IP")
    ]
    return SwitchRoutes(routing, min(hops, default=None))


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
    brief: Mapping[int, tuple[IPv4Address | None, bool]], configured: Mapping[int, IPv4Interface]
) -> dict[int, IPv4Interface]:
    """Give each address of the table the mask of the configuration, which must agree with it."""
    for vid, (address, _is_up) in brief.items():
        mask_of = configured.get(vid)
        if address is not None and (mask_of is None or mask_of.ip != address):
            raise NotUnderstood(
                _("Vlan%(vid)s : l'adresse %(address)s n'est pas celle qui est configurée")
                % {"vid": vid, "address": address}
            )
    return {vid: configured[vid] for vid, (address, _is_up) in brief.items() if address}


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
        raise NotUnderstood(
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

"""What the show commands of the switch say of VLANs, ports and addresses."""

import re
from collections.abc import Iterator

from checks.switching.demand import PortMode
from checks.switching.facts.port_names import full_name
from checks.switching.facts.running import Sections, find_value
from checks.switching.facts.show import Row, field, lost_line, parse_show, read_show
from checks.switching.facts.tables import MacEntry, MacTable, PortFact, Ports, Vlans
from labctl.api import Answer, NotUnderstood, _

ALL_VIDS = frozenset(range(1, 4095))
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


def parse_vlans(answer: Answer) -> Vlans:
    """Read ``show vlan brief``; a name may hold spaces, and be longer than its column."""
    names: dict[int, str] = {}
    for line in _vlan_lines(answer):
        row = _VLAN.fullmatch(line.rstrip())
        if row is None:
            raise lost_line(answer)
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


def parse_ports(status: Answer, switchport: Answer, sections: Sections) -> Ports:
    """Read ``show interfaces status`` and ``show interfaces switchport``.

    The sections of the configuration tell the descriptions, which the tables cut, and what is shut
    down: IOS prints ``shutdown`` for every interface that is, also where that is the default, and
    in the table a description may look like a state. A port that was stopped by an error is not
    shut down (Cisco IOS Interface Command Reference, « shutdown »).
    """
    states = {full_name(field(row, "PORT")): field(row, "STATUS") for row in parse_show(status)}
    modes = {full_name(field(row, "INTERFACE")): row for row in parse_show(switchport)}
    ports = {
        name: _port(modes[name], state, sections.get(f"interface {name}"))
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


def _port(row: Row, state: str, section: tuple[str, ...] | None) -> PortFact:
    """Make a port of its rows and section; the table is believed where there is no section."""
    mode = _mode(row)
    is_shut = state == "disabled" if section is None else "shutdown" in section
    access = field(row, "ACCESS_VLAN")
    native = field(row, "NATIVE_VLAN")
    return PortFact(
        mode=mode,
        access_vid=int(access) if access.isdecimal() else 0,
        native_vid=int(native) if native.isdecimal() else 0,
        trunk_vids=(
            parse_vids(field(row, "TRUNKING_VLANS")) if mode is PortMode.TRUNK else frozenset()
        ),
        enabled=not is_shut,
        connected=state == "connected",
        description=find_value(section or (), "description "),
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

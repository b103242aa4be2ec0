"""VLANs, ports and addresses learned, in the columns of the device recordings."""

from collections.abc import Iterable, Iterator

from labswitch import vlanset
from labswitch.config import Port, PortMode
from labswitch.names import Interface, Kind, port, vlan
from labswitch.state import PortState, Status
from labswitch.view import View

_LEGACY = (
    (1002, "fddi-default"),
    (1003, "token-ring-default"),
    (1004, "fddinet-default"),
    (1005, "trnet-default"),
)
_LEGACY_ROWS = """\
1002 fddi  101002     1500  -      -      -        -    -        0      0
1003 tr    101003     1500  -      -      -        -    -        0      0
1004 fdnet 101004     1500  -      -      -        ieee -        0      0
1005 trnet 101005     1500  -      -      -        ibm  -        0      0
"""


def render_vlan_brief(view: View) -> str:
    """Return ``show vlan brief``: trunks belong to no VLAN."""
    head = "VLAN Name                             Status    Ports\n"
    head += "---- -------------------------------- --------- -------------------------------\n"
    rows = [
        row
        for number, name in sorted(view.config.vlans.items())
        for row in _vlan_rows(view, number, name)
    ]
    rows += [f"{number:<4} {name:<32} act/unsup" for number, name in _LEGACY]
    return "\n" + head + "\n".join(rows) + "\n"


def _vlan_rows(view: View, number: int, name: str) -> Iterator[str]:
    members = [
        port(state.port.number).short
        for state in view.state.ports.values()
        if state.port.mode is not PortMode.TRUNK and state.port.access_vlan == number
    ]
    lines = [", ".join(members[i : i + 4]) for i in range(0, len(members), 4)] or [""]
    yield f"{number:<4} {name:<32} active    {lines[0]}"
    yield from (" " * 48 + line for line in lines[1:])


def render_vlan(view: View) -> str:
    """Return ``show vlan``: the brief table, then the types."""
    head = "VLAN Type  SAID       MTU   Parent RingNo BridgeNo Stp  BrdgMode Trans1 Trans2\n"
    head += "---- ----- ---------- ----- ------ ------ -------- ---- -------- ------ ------\n"
    rows = "".join(
        f"{number:<4} enet  {100000 + number:<10} 1500  "
        "-      -      -        -    -        0      0\n"
        for number in sorted(view.config.vlans)
    )
    return render_vlan_brief(view) + "\n" + head + rows + _LEGACY_ROWS


def render_status(view: View, chosen: Iterable[int] | None = None) -> str:
    """Return ``show interfaces status``."""
    head = "\nPort      Name               Status       Vlan       Duplex  Speed Type\n"
    wanted = view.state.ports if chosen is None else chosen
    return head + "".join(_status_row(view.state.ports[number]) for number in wanted)


def agreed(port: Port) -> tuple[str, str]:
    """Return the duplex and speed of a port that is up: what is not set is the best there is."""
    duplex = "full" if port.duplex == "auto" else port.duplex
    return duplex, "1000" if port.speed == "auto" else port.speed


def _status_row(state: PortState) -> str:
    vlan_text = "trunk" if state.is_trunk else str(state.port.access_vlan)
    up = state.status in (Status.CONNECTED, Status.INACTIVE)
    duplex, speed = state.port.duplex, state.port.speed
    if up:
        marks = ("a-" if duplex == "auto" else "", "a-" if speed == "auto" else "")
        duplex, speed = (
            mark + value for mark, value in zip(marks, agreed(state.port), strict=True)
        )
    name = state.port.description[:18]
    text = f"{port(state.port.number).short:<9} {name:<18} {state.status:<12} {vlan_text:<10}"
    text += f" {duplex:>6} {speed:>6}"
    return f"{text} 10/100/1000BaseTX\n"


def render_switchport(view: View, chosen: Iterable[int] | None = None) -> str:
    """Return ``show interfaces switchport``."""
    wanted = view.state.ports if chosen is None else chosen
    return "\n".join(_switchport(view, view.state.ports[number]) for number in wanted)


def _switchport(view: View, state: PortState) -> str:
    here, up = state.port, state.status is Status.CONNECTED
    operational = "down" if not up else "trunk" if state.is_trunk else "static access"
    encapsulation = "dot1q" if here.encapsulation or here.mode is PortMode.TRUNK else "negotiate"
    is_silent = here.nonegotiate or here.mode is PortMode.ACCESS
    lines = [
        f"Name: {port(here.number).short}",
        "Switchport: Enabled",
        f"Administrative Mode: {here.mode}",
        f"Operational Mode: {operational}",
        f"Administrative Trunking Encapsulation: {encapsulation}",
        *(
            [f"Operational Trunking Encapsulation: {'dot1q' if state.is_trunk else 'native'}"]
            if up
            else []
        ),
        f"Negotiation of Trunking: {'Off' if is_silent else 'On'}",
        f"Access Mode VLAN: {_named(view, here.access_vlan)}",
        f"Trunking Native Mode VLAN: {_named(view, here.native_vlan)}",
        "Administrative Native VLAN tagging: disabled",
        "Voice VLAN: none",
        *_PRIVATE_VLAN,
        *_wrapped(here),
        "Pruning VLANs Enabled: 2-1001",
        "Capture Mode Disabled",
        "Capture VLANs Allowed: ALL",
        "",
        "Protected: false",
        "Unknown unicast blocked: disabled",
        "Unknown multicast blocked: disabled",
        "Appliance trust: none",
    ]
    return "\n".join(lines) + "\n"


_PRIVATE_VLAN = (
    "Administrative private-vlan host-association: none",
    "Administrative private-vlan mapping: none",
    "Administrative private-vlan trunk native VLAN: none",
    "Administrative private-vlan trunk Native VLAN tagging: enabled",
    "Administrative private-vlan trunk encapsulation: dot1q",
    "Administrative private-vlan trunk normal VLANs: none",
    "Administrative private-vlan trunk associations: none",
    "Administrative private-vlan trunk mappings: none",
    "Operational private-vlan: none",
)


def _named(view: View, number: int) -> str:
    return f"{number} ({view.config.vlans.get(number, 'Inactive')})"


def _wrapped(here: Port) -> list[str]:
    """Return the VLANs allowed, twenty groups a line as the device wraps them."""
    if here.allowed == vlanset.ALL:
        return ["Trunking VLANs Enabled: ALL"]
    groups = vlanset.render(here.allowed).split(",") if here.allowed else ["NONE"]
    chunks = [",".join(groups[i : i + 15]) for i in range(0, len(groups), 15)]
    lines = ["Trunking VLANs Enabled: " + chunks[0], *("     " + chunk for chunk in chunks[1:])]
    return [line + "," for line in lines[:-1]] + lines[-1:]


def render_trunk(view: View) -> str:
    """Return ``show interfaces trunk``: four tables, of the trunks that are up."""
    trunks = [state for state in view.state.ports.values() if state.is_trunk]
    if not trunks:
        return ""
    first = "\nPort        Mode             Encapsulation  Status        Native vlan\n" + "".join(
        f"{port(t.port.number).short:<11} on               802.1q         trunking      "
        f"{t.port.native_vlan}\n"
        for t in trunks
    )
    allowed = _trunk_table("Vlans allowed on trunk", [(t, t.port.allowed) for t in trunks])
    active = [(t, t.vlans) for t in trunks]
    return (
        first
        + allowed
        + _trunk_table("Vlans allowed and active in management domain", active)
        + _trunk_table("Vlans in spanning tree forwarding state and not pruned", active)
    )


def _trunk_table(title: str, rows: Iterable[tuple[PortState, frozenset[int]]]) -> str:
    lines = (
        f"{port(t.port.number).short:<11} {vlanset.render(vlans) or 'none'}\n" for t, vlans in rows
    )
    return f"\nPort        {title}\n" + "".join(lines)


def render_macs(
    view: View,
    *,
    kind: str = "",
    vlan_id: int | None = None,
    interface: Interface | None = None,
    address: str = "",
) -> str:
    """Return ``show mac address-table``, narrowed down as asked."""
    rows = [
        row
        for row in _mac_rows(view)
        if (not kind or row[2] == kind.upper())
        and (vlan_id is None or row[0] == str(vlan_id))
        and (interface is None or row[3] == interface.short)
        and (not address or row[1] == address.lower())
    ]
    head = "          Mac Address Table\n-------------------------------------------\n\n"
    head += (
        "Vlan    Mac Address       Type        Ports\n----    -----------       --------    -----\n"
    )
    body = "".join(
        f"{number:>4}    {mac:<14}    {kind_:<8}    {where}\n" for number, mac, kind_, where in rows
    )
    return f"{head}{body}Total Mac Addresses for this criterion: {len(rows)}\n"


def _mac_rows(view: View) -> Iterator[tuple[str, str, str, str]]:
    """Yield the addresses that the bridge keeps for itself, then those that it has learned."""
    for last in range(16):
        yield "All", dotted(f"01:80:c2:00:00:{last:02x}"), "STATIC", "CPU"
    yield "All", "ffff.ffff.ffff", "STATIC", "CPU"
    for entry in sorted(view.live.macs(), key=lambda entry: (entry.vlan, entry.mac)):
        if entry.port is None:
            yield str(entry.vlan), dotted(entry.mac), "STATIC", vlan(entry.vlan).short
        else:
            yield str(entry.vlan), dotted(entry.mac), "DYNAMIC", port(entry.port).short


def dotted(mac: str) -> str:
    """Return a MAC address in three groups: 0200.1a2b.3c4d."""
    digits = mac.replace(":", "")
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def numbers_of(interfaces: Iterable[Interface]) -> list[int]:
    """Return the numbers of the physical ports among some interfaces."""
    return [interface.number for interface in interfaces if interface.kind is Kind.PORT]

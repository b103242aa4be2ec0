"""Show commands: real devices are parsed as recorded, and nothing is never « absent »."""

from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from checks.routing.facts.read_layer3 import match_masks, parse_brief, parse_routes
from checks.switching.demand import PortMode
from checks.switching.facts.read_tables import (
    parse_mac_table,
    parse_ports,
    parse_vids,
    parse_vlans,
)
from checks.switching.facts.running import parse_macs, read_sections
from checks.switching.facts.show import parse_show
from checks.switching.facts.tables import PortFact
from labctl.facts.probe import NotUnderstood
from tests.unit.facts.answering import said

DEVICES = Path(__file__).resolve().parents[2] / "recordings" / "switch" / "ntc-templates"
COMMANDS = {
    "show_interfaces_status": "show interfaces status",
    "show_interfaces_status_pvlan": "show interfaces status",
    "show_interfaces_switchport": "show interfaces switchport",
    "show_ip_interface_brief": "show ip interface brief",
    "show_ip_route": "show ip route",
    "show_mac-address-table": "show mac address-table",
}
ROUTING_OFF = """\
Default gateway is not set

Host               Gateway           Last Use    Total Uses  Interface
ICMP redirect cache is empty
"""
ROUTING_ON = """\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area

Gateway of last resort is not set

"""
NO_MAC = """\
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
"""


@pytest.mark.parametrize("case", COMMANDS)
def test_a_real_device_is_parsed_as_recorded(case: str) -> None:
    expected = YAML(typ="safe").load(DEVICES / case / "rows.yml")["parsed_sample"]
    text = (DEVICES / case / "output.raw").read_text()

    rows = parse_show(said(text, COMMANDS[case]))

    assert [{name.lower(): value for name, value in row.items()} for row in rows] == expected


@pytest.mark.parametrize("command", sorted(set(COMMANDS.values())))
def test_text_without_a_row_is_not_understood(command: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_show(said("frr# nothing a switch would print\n", command))


@pytest.mark.parametrize("command", sorted(set(COMMANDS.values())))
def test_a_refused_command_is_not_understood(command: str) -> None:
    refusal = "     ^\n% Invalid input detected at '^' marker.\n"

    with pytest.raises(NotUnderstood, match="Invalid"):
        parse_show(said(refusal, command))


def test_an_endless_line_is_not_parsed() -> None:
    with pytest.raises(NotUnderstood, match="plus de texte"):
        parse_show(said("Gi1/0/1 " * 200, "show interfaces status"))


def test_a_table_without_route_is_empty_when_it_says_so() -> None:
    routes = parse_routes(said(ROUTING_ON, "show ip route"))

    assert (routes.routing, routes.default_via) == (True, None)


@pytest.mark.parametrize("first", ["is not set", "is 10.21.255.1"])
@pytest.mark.parametrize("clock", ["", "Load for five secs: 1%/0%\nTime source is NTP\n\n"])
def test_a_switch_whose_routing_is_off_prints_its_gateway(clock: str, first: str) -> None:
    """With a gateway and redirects, too, as a device prints them: none of it is a route."""
    text = ROUTING_OFF.replace("is not set", first).replace(
        "ICMP redirect cache is empty",
        "10.9.0.1           10.21.255.1            0:01           5  Vlan255",
    )

    routes = parse_routes(said(clock + text, "show ip route"))

    assert (routes.routing, routes.default_via) == (False, None)


def test_every_next_hop_of_the_default_route_is_told() -> None:
    text = ROUTING_ON.replace("is not set", "is 10.21.255.1 to network 0.0.0.0") + (
        "S*    0.0.0.0/0 [1/0] via 10.21.255.9\n                [1/0] via 10.21.255.1\n"
        "      10.0.0.0/8 is variably subnetted, 2 subnets, 2 masks\n"
        "C        10.21.30.0/24 is directly connected, Vlan30\n"
    )

    routes = parse_routes(said(text, "show ip route"))

    assert str(routes.default_via) == "10.21.255.1"
    assert set(map(str, routes.others_via)) == {"10.21.255.9"}


def test_a_table_without_address_is_empty_when_it_says_so() -> None:
    assert parse_mac_table(said(NO_MAC, "show mac address-table"), frozenset()).entries == ()


LEARNED = "02:4c:42:01:07:00"
SECURED = NO_MAC + (
    "  30    024c.4201.0700    STATIC      Gi1/0/5\n  30    024c.4201.0701    DYNAMIC     Gi1/0/6\n"
    " All    0100.0ccc.cccc    STATIC      CPU\n  30    021a.2bf7.005e    STATIC      Vl30\n"
)


def test_an_address_that_a_secured_port_learned_is_one() -> None:
    entries = parse_mac_table(said(SECURED, "show mac address-table"), frozenset()).entries

    assert [(one.mac, one.port) for one in entries] == [
        (LEARNED, "GigabitEthernet1/0/5"),
        ("02:4c:42:01:07:01", "GigabitEthernet1/0/6"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "mac address-table static 024c.4201.0700 vlan 30 interface GigabitEthernet1/0/5",
        " switchport port-security mac-address 024C.4201.0700",
        " switchport port-security mac-address sticky 024c.4201.0700",
    ],
)
def test_an_address_that_somebody_wrote_was_not_learned(line: str) -> None:
    written = parse_macs([line])
    table = parse_mac_table(said(SECURED, "show mac address-table"), written)

    assert [one.mac for one in table.entries] == ["02:4c:42:01:07:01"]
    assert table.written == {LEARNED}


def test_an_address_that_is_written_elsewhere_was_learned_all_the_same() -> None:
    text = SECURED.replace("STATIC      Gi1/0/5", "DYNAMIC     Gi1/0/5")
    table = parse_mac_table(said(text, "show mac address-table"), frozenset({LEARNED}))

    assert LEARNED in {one.mac for one in table.entries}


def test_a_device_lists_its_vlans_without_the_reserved_ones() -> None:
    text = (DEVICES / "show_vlan" / "output.raw").read_text()

    names = parse_vlans(said(text, "show vlan brief")).names

    assert names[10] == "Management"
    assert not {1, 1002, 1005} & set(names)


VLAN_HEAD = (
    "VLAN Name                             Status    Ports\n"
    "---- -------------------------------- --------- -------------------------------\n"
)


@pytest.mark.parametrize(
    "name",
    ["ADMIN de secours", "ADMIN active", "n" * 33, "un nom de plus de trente-deux signes active"],
)
def test_the_name_of_a_vlan_is_read_whole(name: str) -> None:
    text = f"{VLAN_HEAD}10   {name:<32} active    Gi1/0/1, Gi1/0/2\n20   SERVEURS  act/lshut\n"

    assert parse_vlans(said(text, "show vlan brief")).names == {10: name, 20: "SERVEURS"}


def test_a_vlan_that_is_not_understood_is_not_absent() -> None:
    text = f"{VLAN_HEAD}10   ADMIN    active\n20   SERVEURS\n"

    with pytest.raises(NotUnderstood, match="une ligne n'a pas été comprise"):
        parse_vlans(said(text, "show vlan brief"))


def test_a_table_of_vlans_that_has_none_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="aucune ligne"):
        parse_vlans(said(VLAN_HEAD, "show vlan brief"))


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\r", "\x0c"])
def test_a_sign_that_only_we_would_take_for_the_end_of_a_line_is_not_read(end: str) -> None:
    text = f"{VLAN_HEAD}10   x{end}20   SERVEURS   active\n"

    with pytest.raises(NotUnderstood, match="caractères de commande"):
        parse_vlans(said(text, "show vlan brief"))


def test_an_address_that_dhcp_gave_has_no_mask_and_costs_no_other() -> None:
    text = (
        "Interface IP-Address OK? Method Status Protocol\n"
        "Vlan1 10.9.9.9 YES DHCP up up\n"
        "Vlan10 10.0.0.1 YES NVRAM up up\n"
    )
    brief = parse_brief(said(text, "show ip interface brief"))

    found = match_masks(brief, {10: IPv4Interface("10.0.0.1/27")}, {1})

    assert found.svis == {10: IPv4Interface("10.0.0.1/27")}
    assert found.dynamic == {1: IPv4Address("10.9.9.9")}
    assert found.up == {1, 10}


def test_an_address_that_is_not_the_configured_one_is_not_understood() -> None:
    brief = {10: (IPv4Address("10.0.0.1"), True)}

    with pytest.raises(NotUnderstood, match="n'est pas celle qui est configurée"):
        match_masks(brief, {10: IPv4Interface("10.0.0.2/27")}, ())


def test_a_switchport_that_is_routed_is_no_port_of_a_vlan() -> None:
    status = "Port Name Status Vlan Duplex Speed Type\nGi1/0/1 notconnect routed auto auto SFP\n"
    switchport = "Name: Gi1/0/1\nSwitchport: Disabled\n"

    ports = parse_ports(
        said(status, "show interfaces status"), said(switchport, "show interfaces switchport"), {}
    )

    assert ports.ports == {}
    assert ports.routed == {"GigabitEthernet1/0/1"}


def test_a_device_tells_access_and_trunk_ports_apart() -> None:
    switchport = (DEVICES / "show_interfaces_switchport" / "output.raw").read_text()
    status = "Port Name Status Vlan Duplex Speed Type\nGi0/1 connected trunk a-full a-1000 SFP\n"

    ports = parse_ports(
        said(status, "show interfaces status"),
        said(switchport, "show interfaces switchport"),
        {"interface GigabitEthernet0/1": ("description vers le coeur",)},
    )

    port = ports.ports["GigabitEthernet0/1"]
    assert (port.mode, port.native_vid, len(port.trunk_vids)) == (PortMode.TRUNK, 1, 4094)
    assert (port.connected, port.enabled, port.description) == (True, True, "vers le coeur")


SWITCHPORT = (
    "Name: Gi1/0/4\nSwitchport: Enabled\nAdministrative Mode: static access\n"
    "Operational Mode: down\nAccess Mode VLAN: 999 (PARKING)\n"
    "Trunking Native Mode VLAN: 1 (default)\n"
)


def port_of(description: str, state: str, *lines: str) -> PortFact:
    """Return what is read of a port in a VLAN 999, of the state of the table and these lines."""
    status = (
        "Port      Name               Status       Vlan       Duplex  Speed Type\n"
        f"Gi1/0/4   {description[:18]:<18} {state:<12} 999          auto   auto 10/100/1000BaseTX\n"
    )
    body = "".join(f" {line}\n" for line in (f"description {description}", *lines))
    running = f"hostname S\n!\ninterface GigabitEthernet1/0/4\n{body}!\nend\n"
    ports = parse_ports(
        said(status, "show interfaces status"),
        said(SWITCHPORT, "show interfaces switchport"),
        read_sections(said(running, "show running-config")),
    )
    return ports.ports["GigabitEthernet1/0/4"]


@pytest.mark.parametrize(
    "description",
    [
        "port disabled",
        "Port desactive/disabled",
        "disabled",
        "reserve notconnect",
        "connected a rien",
        "disabled 1 a a",
        "shutdown",
        "non utilise",
    ],
)
@pytest.mark.parametrize(
    ("state", "lines", "enabled"),
    [
        ("disabled", ("switchport mode access", "shutdown"), False),
        ("notconnect", ("switchport mode access",), True),
        ("notconnect", ("switchport mode access", "no shutdown"), True),
        ("err-disabled", ("switchport mode access",), True),
        ("err-disabled", ("shutdown",), False),
        ("connected", (), True),
    ],
)
def test_a_description_is_no_state(
    description: str, state: str, lines: tuple[str, ...], *, enabled: bool
) -> None:
    port = port_of(description, state, *lines)

    assert (port.enabled, port.access_vid, port.description) == (enabled, 999, description)


@pytest.mark.parametrize(
    ("description", "state", "connected"),
    [
        ("*** connected to U", "notconnect", False),
        ("reserve notconnect", "connected", True),
        ("port disabled", "connected", True),
    ],
)
def test_a_description_is_no_link(description: str, state: str, *, connected: bool) -> None:
    assert port_of(description, state).connected is connected


def test_a_port_that_the_configuration_leaves_out_is_what_the_table_says() -> None:
    status = (DEVICES / "show_interfaces_status" / "output.raw").read_text()
    names = [f"Gi1/0/{number}" for number in (15, 16, 17)]
    switchport = "".join(SWITCHPORT.replace("Gi1/0/4", name) for name in names)

    ports = parse_ports(
        said(status, "show interfaces status"), said(switchport, "show interfaces switchport"), {}
    )

    enabled = {name[-2:]: port.enabled for name, port in ports.ports.items()}
    assert enabled == {"15": True, "16": True, "17": False}


def test_only_vlan_interfaces_are_kept_of_the_addresses() -> None:
    text = (
        "Interface IP-Address OK? Method Status Protocol\n"
        "Vlan10 10.0.0.1 YES NVRAM up up\n"
        "Vlan20 unassigned YES unset administratively down down\n"
        "Gi1/0/1 10.9.9.9 YES NVRAM up up\n"
    )

    brief = parse_brief(said(text, "show ip interface brief"))

    assert {vid: (str(address), up) for vid, (address, up) in brief.items()} == {
        10: ("10.0.0.1", True),
        20: ("None", False),
    }


def test_a_vlan_interface_that_is_not_understood_is_not_absent() -> None:
    text = (
        "Interface IP-Address OK? Method Status Protocol\n"
        "Vlan10 10.0.0.1 YES NVRAM up up\n"
        "Vlan20 10.0.1.1 YES NVRAM sleepy down\n"
    )

    with pytest.raises(NotUnderstood, match="une ligne n'a pas été comprise"):
        parse_brief(said(text, "show ip interface brief"))


@pytest.mark.parametrize(
    ("line", "hop"),
    [
        ("S*    0.0.0.0/0 [1/0] via 10.21.255.1", "10.21.255.1"),
        ("S        10.9.0.0/16 [1/0] via 10.21.255.9", "None"),
    ],
)
def test_the_default_route_is_that_of_the_table(line: str, hop: str) -> None:
    text = f"Codes: L - local\n\nGateway of last resort is not set\n\n{line}\n"

    assert str(parse_routes(said(text, "show ip route")).default_via) == hop


def test_a_default_route_that_is_not_understood_is_not_absent() -> None:
    text = (
        "Gateway of last resort is 10.0.0.1 to network 0.0.0.0\n\n"
        "S*    0.0.0.0/0 is somewhere\nC        10.0.0.0/24 is directly connected, Vlan1\n"
    )

    with pytest.raises(NotUnderstood):
        parse_routes(said(text, "show ip route"))


def test_a_default_route_that_leaves_two_ways_is_not_half_understood() -> None:
    text = ROUTING_ON.replace("is not set", "is 10.21.255.1 to network 0.0.0.0") + (
        "S*    0.0.0.0/0 [1/0] via 10.21.255.1\n                is directly connected, Vlan40\n"
        "C        10.21.30.0/24 is directly connected, Vlan30\n"
    )

    with pytest.raises(NotUnderstood, match="une ligne n'a pas été comprise"):
        parse_routes(said(text, "show ip route"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10,20-22", {10, 20, 21, 22}), ("NONE", set()), ("", set()), ("5000", set())],
)
def test_lists_of_vlans_are_expanded(text: str, expected: set[int]) -> None:
    assert parse_vids(text) == expected

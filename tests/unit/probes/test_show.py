"""Show commands: real devices are parsed as recorded, and nothing is never « absent »."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from labctl.plan.model import PortMode
from labctl.probes.base import NotUnderstood
from labctl.probes.network.show import parse_show
from labctl.probes.network.switch_show import (
    full_name,
    parse_brief,
    parse_mac_table,
    parse_ports,
    parse_routes,
    parse_vids,
    parse_vlans,
)
from tests.unit.probes.answering import said

DEVICES = Path(__file__).resolve().parents[2] / "recordings" / "switch" / "ntc-templates"
COMMANDS = {
    "show_interfaces_status": "show interfaces status",
    "show_interfaces_switchport": "show interfaces switchport",
    "show_ip_interface_brief": "show ip interface brief",
    "show_ip_route": "show ip route",
    "show_mac-address-table": "show mac address-table",
    "show_vlan": "show vlan brief",
}
ROUTING_OFF = """\
Default gateway is not set

Host               Gateway           Last Use    Total Uses  Interface
ICMP redirect cache is empty
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


@pytest.mark.parametrize("command", sorted(COMMANDS.values()))
def test_text_without_a_row_is_not_understood(command: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_show(said("frr# nothing a switch would print\n", command))


@pytest.mark.parametrize("command", sorted(COMMANDS.values()))
def test_a_refused_command_is_not_understood(command: str) -> None:
    refusal = "     ^\n% Invalid input detected at '^' marker.\n"

    with pytest.raises(NotUnderstood, match="Invalid"):
        parse_show(said(refusal, command))


def test_an_endless_line_is_not_parsed() -> None:
    with pytest.raises(NotUnderstood, match="plus de texte"):
        parse_show(said("Gi1/0/1 " * 200, "show interfaces status"))


def test_a_table_without_route_is_empty_when_it_says_so() -> None:
    routes = parse_routes(said(ROUTING_OFF, "show ip route"), routing=False)

    assert routes.default_via is None


def test_a_table_without_address_is_empty_when_it_says_so() -> None:
    assert parse_mac_table(said(NO_MAC, "show mac address-table")).entries == ()


def test_a_device_lists_its_vlans_without_the_reserved_ones() -> None:
    text = (DEVICES / "show_vlan" / "output.raw").read_text()

    names = parse_vlans(said(text, "show vlan brief")).names

    assert names[10] == "Management"
    assert not {1, 1002, 1005} & set(names)


def test_a_switchport_that_is_routed_is_no_port_of_a_vlan() -> None:
    status = "Port Name Status Vlan Duplex Speed Type\nGi1/0/1 notconnect routed auto auto SFP\n"
    switchport = "Name: Gi1/0/1\nSwitchport: Disabled\n"

    ports = parse_ports(
        said(status, "show interfaces status"), said(switchport, "show interfaces switchport"), {}
    )

    assert ports.ports == {}


def test_a_device_tells_access_and_trunk_ports_apart() -> None:
    switchport = (DEVICES / "show_interfaces_switchport" / "output.raw").read_text()
    status = "Port Name Status Vlan Duplex Speed Type\nGi0/1 connected trunk a-full a-1000 SFP\n"

    ports = parse_ports(
        said(status, "show interfaces status"),
        said(switchport, "show interfaces switchport"),
        {"GigabitEthernet0/1": "vers le coeur"},
    )

    port = ports.ports["GigabitEthernet0/1"]
    assert (port.mode, port.native_vid, len(port.trunk_vids)) == (PortMode.TRUNK, 1, 4094)
    assert (port.connected, port.enabled, port.description) == (True, True, "vers le coeur")


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

    assert str(parse_routes(said(text, "show ip route"), routing=True).default_via) == hop


def test_a_default_route_that_is_not_understood_is_not_absent() -> None:
    text = (
        "Gateway of last resort is 10.0.0.1 to network 0.0.0.0\n\n"
        "S*    0.0.0.0/0 is somewhere\nC        10.0.0.0/24 is directly connected, Vlan1\n"
    )

    with pytest.raises(NotUnderstood):
        parse_routes(said(text, "show ip route"), routing=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10,20-22", {10, 20, 21, 22}), ("NONE", set()), ("", set()), ("5000", set())],
)
def test_lists_of_vlans_are_expanded(text: str, expected: set[int]) -> None:
    assert parse_vids(text) == expected


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Gi1/0/5", "GigabitEthernet1/0/5"),
        ("Fa0/1", "FastEthernet0/1"),
        ("Po1", "Port-channel1"),
        ("GigabitEthernet1/0/5", "GigabitEthernet1/0/5"),
        ("CPU", "CPU"),
    ],
)
def test_port_names_are_written_in_full(short: str, long: str) -> None:
    assert full_name(short) == long

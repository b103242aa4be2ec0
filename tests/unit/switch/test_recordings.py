"""The parsers understand a real device and our switch alike."""

from pathlib import Path

import pytest
from labswitch.dataplane import MacEntry
from labswitch.lldp import Neighbor
from labswitch.view import Arp
from ntc_templates.parse import parse_output
from ruamel.yaml import YAML

from tests.unit.switch.switches import EXAMPLE, configured, show, view_of

RECORDINGS = Path(__file__).parents[2] / "recordings" / "switch" / "ntc-templates"
CASES = sorted(folder for folder in RECORDINGS.iterdir() if folder.is_dir())


def rows_of(command: str, text: str) -> list[dict[str, object]]:
    rows = parse_output(platform="cisco_ios", command=command, data=text)
    assert isinstance(rows, list)
    return rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_real_device_is_parsed_as_recorded(case: Path) -> None:
    command = case.name.replace("_", " ")
    expected = YAML(typ="safe").load(case / "rows.yml")["parsed_sample"]

    rows = rows_of(command, (case / "output.raw").read_text())

    assert rows == expected


def test_our_vlans_are_parsed() -> None:
    rows = rows_of("show vlan brief", show(view_of(EXAMPLE, (1, 2, 9)), "show vlan brief"))

    assert [(row["vlan_id"], row["vlan_name"], row["interfaces"]) for row in rows[:6]] == [
        ("1", "default", ["Gi1/0/5", *(f"Gi1/0/{n}" for n in (7, 8, 10, 11, 12))]),
        ("10", "ADMIN", []),
        ("20", "SERVEURS", []),
        ("40", "INVITES", []),
        ("255", "TRANSIT", ["Gi1/0/1"]),
        ("999", "PARKING", ["Gi1/0/3", "Gi1/0/4", "Gi1/0/6"]),
    ]


def test_the_long_vlan_table_is_parsed_as_the_brief_one() -> None:
    view = view_of(EXAMPLE)

    long = rows_of("show vlan", show(view, "show vlan"))

    assert long == rows_of("show vlan brief", show(view, "show vlan brief"))


def test_our_port_states_are_parsed() -> None:
    rows = rows_of("show interfaces status", show(view_of(EXAMPLE, (1, 2)), "show int status"))

    assert [(r["port"], r["name"], r["status"], r["vlan_id"]) for r in rows[:4]] == [
        ("Gi1/0/1", "ARU-B1-P1-01", "connected", "255"),
        ("Gi1/0/2", "ARU-B1-P1-02", "connected", "trunk"),
        ("Gi1/0/3", "", "disabled", "999"),
        ("Gi1/0/4", "", "disabled", "999"),
    ]
    assert len(rows) == 12


def test_our_switchports_are_parsed() -> None:
    command = "show interfaces switchport"
    rows = rows_of(command, show(view_of(EXAMPLE, (1, 2)), command))

    assert len(rows) == 12
    trunk = rows[1]
    assert (trunk["admin_mode"], trunk["mode"], trunk["native_vlan"]) == ("trunk", "trunk", "999")
    assert trunk["trunking_vlans"] == ["10", "20"]
    access = rows[0]
    assert (access["admin_mode"], access["access_vlan"]) == ("static access", "255")


@pytest.mark.parametrize("count", [1, 15, 16, 40])
def test_any_number_of_allowed_vlans_is_parsed(count: int) -> None:
    vlans = [str(2 * number) for number in range(1, count + 1)]
    config = configured("interface gi1/0/1", f"switchport trunk allowed vlan {','.join(vlans)}")

    rows = rows_of("show interfaces switchport", show(view_of(config), "show int switchport"))

    assert rows[0]["trunking_vlans"] == vlans


def test_our_addresses_are_parsed() -> None:
    command = "show ip interface brief"
    rows = rows_of(command, show(view_of(EXAMPLE, (1, 2)), command))

    assert [(r["interface"], r["ip_address"], r["status"], r["proto"]) for r in rows[:5]] == [
        ("Vlan1", "unassigned", "up", "down"),
        ("Vlan10", "10.21.10.1", "up", "up"),
        ("Vlan20", "10.21.20.1", "up", "up"),
        ("Vlan40", "10.21.40.1", "up", "down"),
        ("Vlan255", "10.21.255.2", "up", "up"),
    ]


def test_our_routes_are_parsed() -> None:
    rows = rows_of("show ip route", show(view_of(EXAMPLE, (1, 2)), "show ip route"))

    assert [(r["protocol"], r["network"], r["prefix_length"], r["nexthop_ip"]) for r in rows] == [
        ("S", "0.0.0.0", "0", "10.21.255.1"),  # noqa: S104 - a route, nothing listens
        ("C", "10.21.10.0", "27", ""),
        ("L", "10.21.10.1", "32", ""),
        ("C", "10.21.20.0", "26", ""),
        ("L", "10.21.20.1", "32", ""),
        ("C", "10.21.255.0", "30", ""),
        ("L", "10.21.255.2", "32", ""),
    ]


def test_a_route_of_a_whole_class_c_network_is_parsed() -> None:
    config = configured(
        "ip routing", "interface vlan 1", "ip address 192.168.71.1 255.255.255.224",
        "ip route 192.168.90.0 255.255.255.0 192.168.71.2",
    )  # fmt: skip
    rows = rows_of("show ip route", show(view_of(config, (1,)), "show ip route"))

    assert (rows[-1]["network"], rows[-1]["prefix_length"]) == ("192.168.90.0", "24")


def test_our_mac_table_is_parsed() -> None:
    macs = (MacEntry(10, "02:00:00:00:01:05", 2), MacEntry(10, "02:1a:00:01:00:4a", None))

    view = view_of(EXAMPLE, macs=macs)
    rows = rows_of("show mac address-table", show(view, "show mac address-table"))

    assert [tuple(row.values()) for row in rows[-2:]] == [
        ("0200.0000.0105", "DYNAMIC", "10", ["Gi1/0/2"]),
        ("021a.0001.004a", "STATIC", "10", ["Vl10"]),
    ]


def test_our_access_lists_are_parsed() -> None:
    rows = rows_of("show access-lists", show(view_of(EXAMPLE), "show access-lists"))

    chosen = [
        tuple(row[key] for key in ("name", "sn", "action", "protocol", "source", "destination"))
        for row in rows
    ]
    assert chosen == [
        ("INVITES", "10", "permit", "udp", "any", "any"),
        ("INVITES", "20", "deny", "ip", "10.21.40.0 0.0.0.127", "10.21.10.0 0.0.0.31"),
        ("INVITES", "30", "permit", "ip", "any", "any"),
    ]
    assert rows[0]["destination_port"] == "bootps" or rows[0]["source_port"] == "bootps"
    assert rows[1]["matches"] == "7"


def test_our_ip_access_lists_are_parsed() -> None:
    rows = rows_of("show ip access-lists", show(view_of(EXAMPLE), "show ip access-lists"))

    assert [row["line_num"] for row in rows if row["line_num"]] == ["10", "20", "30"]


def test_our_neighbors_are_parsed() -> None:
    neighbors = (Neighbor(1, "RT-ARU-01", "eth1", 120, "B,R"),)
    view = view_of(EXAMPLE, neighbors=neighbors)

    rows = rows_of("show lldp neighbors", show(view, "show lldp neighbors"))

    assert rows == [
        {
            "neighbor_name": "RT-ARU-01",
            "local_interface": "Gi1/0/1",
            "capabilities": "B,R",
            "neighbor_interface": "eth1",
        }
    ]


def test_our_version_is_parsed_and_honest() -> None:
    text = show(view_of(EXAMPLE), "show version")
    (row,) = rows_of("show version", text)

    assert row["hostname"] == "SW-ARU-01"
    assert row["hardware"] == ["LABCTL-SW12"]
    assert row["serial"] == ["LAB00000001"]
    assert row["reload_reason"] == "Reload Command"
    assert "not a Cisco product" in text


def test_our_interfaces_are_parsed() -> None:
    rows = rows_of("show interfaces", show(view_of(EXAMPLE, (1, 2)), "show interfaces"))

    by_name = {row["interface"]: row for row in rows}
    assert by_name["GigabitEthernet1/0/1"]["description"] == "ARU-B1-P1-01"
    assert by_name["GigabitEthernet1/0/3"]["link_status"] == "administratively down"
    assert by_name["Vlan10"]["ip_address"] == "10.21.10.1"
    assert by_name["Vlan10"]["prefix_length"] == "27"


def test_our_arp_table_is_parsed() -> None:
    arp = (Arp("10.21.20.10", "02:00:00:00:00:01", 20),)
    rows = rows_of("show ip arp", show(view_of(EXAMPLE, (1, 2), arp=arp), "show ip arp"))

    assert {row["ip_address"]: row["interface"] for row in rows} == {
        "10.21.10.1": "Vlan10",
        "10.21.20.1": "Vlan20",
        "10.21.20.10": "Vlan20",
        "10.21.255.2": "Vlan255",
    }


def test_our_clock_is_parsed() -> None:
    (row,) = rows_of("show clock", show(view_of(EXAMPLE), "show clock"))

    assert (row["year"], row["month"], row["day"]) == ("2025", "Nov", "24")

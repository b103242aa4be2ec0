"""From a configuration to the commands of both data planes."""

import subprocess
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path

import pytest
from labswitch import dataplane_bridge, dataplane_ovs, kernel
from labswitch.config import Config, Route
from labswitch.dataplane import L2, L2Port, MacEntry, plan
from labswitch.kernel import L3
from labswitch.state import derive

from tests.unit.switch.switches import EXAMPLE, IDENTITY, configured, links

NOTHING = L2((), {})


def planned(config: Config, *numbers: int) -> L2:
    return plan(config, links(*numbers), IDENTITY.ports, IDENTITY.base_mac)


def test_a_trunk_carries_what_is_allowed_and_exists() -> None:
    config = configured(
        "vlan 10", "vlan 20", "interface gi1/0/2", "sw mode trunk",
        "sw trunk allowed vlan 10,20,30",
        "sw trunk native vlan 10",
    )  # fmt: skip

    assert planned(config, 2).ports == (L2Port("gi2", 2, 2, 10, frozenset({20})),)


def test_a_native_vlan_that_is_not_allowed_loses_untagged_frames() -> None:
    port = planned(EXAMPLE, 2).ports[0]

    assert port == L2Port("gi2", 2, 2, None, frozenset({10, 20}))


def test_a_port_of_a_vlan_that_does_not_exist_is_out_of_the_bridge() -> None:
    config = configured("interface gi1/0/5", "switchport access vlan 30", "no vlan 30")

    assert planned(config, 5).ports == ()


def test_a_port_without_interface_is_not_bridged() -> None:
    assert [port.number for port in planned(EXAMPLE, 1, 2).ports] == [1, 2]


def test_ovs_commands_of_a_new_bridge() -> None:
    wanted = L2(
        (
            L2Port("gi1", 3, 1, 255, frozenset()),
            L2Port("gi2", 4, 2, None, frozenset({10, 20})),
            L2Port("gi9", 5, 9, 10, frozenset({30, 40})),
        ),
        {10: "02:1a:00:01:00:4a"},
    )

    assert list(dataplane_ovs.commands(NOTHING, wanted)) == [
        ["--may-exist", "add-port", "br0", "gi1", "--", "set", "Interface", "gi1",
         "ofport_request=1"],
        ["clear", "Port", "gi1", "tag", "trunks"],
        ["set", "Port", "gi1", "vlan_mode=access", "tag=255"],
        ["--may-exist", "add-port", "br0", "gi2", "--", "set", "Interface", "gi2",
         "ofport_request=2"],
        ["clear", "Port", "gi2", "tag", "trunks"],
        ["set", "Port", "gi2", "vlan_mode=trunk", "trunks=10,20"],
        ["--may-exist", "add-port", "br0", "gi9", "--", "set", "Interface", "gi9",
         "ofport_request=9"],
        ["clear", "Port", "gi9", "tag", "trunks"],
        ["set", "Port", "gi9", "vlan_mode=native-untagged", "tag=10", "trunks=10,30,40"],
        ["--may-exist", "add-port", "br0", "vlan10", "tag=10"],
        ["set", "Interface", "vlan10", "type=internal", 'mac="02:1a:00:01:00:4a"',
         "ofport_request=10010"],
    ]  # fmt: skip


def test_ovs_commands_of_a_change_touch_nothing_else() -> None:
    old = L2((L2Port("gi1", 3, 1, 255, frozenset()), L2Port("gi2", 4, 2, 1, frozenset())), {10: ""})
    new = L2((L2Port("gi1", 3, 1, 255, frozenset()),), {})

    assert list(dataplane_ovs.commands(old, new)) == [
        ["--if-exists", "del-port", "br0", "gi2"],
        ["--if-exists", "del-port", "br0", "vlan10"],
    ]
    assert list(dataplane_ovs.commands(new, new)) == []


def test_a_cable_that_came_back_is_added_again() -> None:
    old = L2((L2Port("gi1", 3, 1, 1, frozenset()),), {})
    new = L2((L2Port("gi1", 9, 1, 1, frozenset()),), {})

    assert next(dataplane_ovs.commands(old, new)) == ["--if-exists", "del-port", "br0", "gi1"]


def test_ovs_macs_are_understood() -> None:
    text = (
        " port  VLAN  MAC                Age\n"
        "    2    10  02:00:00:00:01:05    3\n"
        "10010    10  02:1a:00:01:00:4a    0\n"
        "LOCAL     0  02:00:00:00:00:99    1\n"
    )

    assert dataplane_ovs.parse_macs(text) == (
        MacEntry(10, "02:00:00:00:01:05", 2),
        MacEntry(10, "02:1a:00:01:00:4a", None),
    )


def test_bridge_commands_of_a_new_bridge() -> None:
    wanted = L2(
        (L2Port("gi1", 3, 1, 255, frozenset()), L2Port("gi9", 5, 9, 10, frozenset({30, 40}))),
        {10: "02:1a:00:01:00:4a"},
    )

    assert dataplane_bridge.commands(NOTHING, wanted) == (
        ["link set dev gi1 master br0", "link set dev gi9 master br0"],
        [
            "vlan add dev gi1 vid 255 pvid untagged",
            "vlan add dev gi9 vid 10 pvid untagged",
            "vlan add dev gi9 vid 30",
            "vlan add dev gi9 vid 40",
            "vlan add dev br0 vid 10 self",
        ],
        ["link add link br0 name vlan10 address 02:1a:00:01:00:4a type vlan id 10"],
    )


def test_bridge_commands_of_a_change() -> None:
    old = L2(
        (L2Port("gi9", 5, 9, 10, frozenset({30})), L2Port("gi1", 3, 1, 1, frozenset())), {10: ""}
    )
    new = L2((L2Port("gi9", 5, 9, None, frozenset({10, 40})),), {})

    assert dataplane_bridge.commands(old, new) == (
        ["link del vlan10", "link set dev gi1 nomaster"],
        [
            "vlan del dev gi9 vid 30",
            "vlan add dev gi9 vid 10",
            "vlan add dev gi9 vid 40",
            "vlan del dev br0 vid 10 self",
        ],
        [],
    )


def test_bridge_macs_are_understood() -> None:
    text = (
        '[{"mac":"02:00:00:00:01:05","ifname":"gi2","vlan":10,"flags":[],"state":""},'
        '{"mac":"02:00:00:00:02:02","ifname":"gi2","vlan":10,"flags":[],"state":"permanent"},'
        '{"mac":"02:1a:00:01:00:4a","ifname":"br0","vlan":10,"flags":[],"state":"permanent"},'
        '{"mac":"33:33:00:00:00:01","ifname":"gi2","flags":["self"],"state":"permanent"}]'
    )

    learned = MacEntry(10, "02:00:00:00:01:05", 2)
    assert dataplane_bridge.parse_macs(text, {"gi2": 2}) == (learned,)


def test_an_svi_has_its_own_address_in_the_table_of_the_bridge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = '[{"mac":"02:4c:42:01:01:00","ifname":"br0","vlan":10,"state":"permanent"}]'
    monkeypatch.setattr(dataplane_bridge, "run", lambda argv, **_: said if "fdb" in argv else "")
    plane = dataplane_bridge.BridgeDataPlane()
    plane.apply(L2((), {10: "02:1a:00:01:00:4a"}))

    assert plane.read_macs() == (MacEntry(10, "02:1a:00:01:00:4a", None),)


def test_the_kernel_gets_addresses_of_the_interfaces_that_are_up() -> None:
    routed = kernel.plan(EXAMPLE, derive(EXAMPLE, links(1, 2)))

    assert routed.svis == {
        1: None,
        10: IPv4Interface("10.21.10.1/27"),
        20: IPv4Interface("10.21.20.1/26"),
        40: None,
        255: IPv4Interface("10.21.255.2/30"),
    }
    assert [str(route.network) for route in routed.routes] == ["0.0.0.0/0"]
    assert routed.forwarding


def test_kernel_commands_of_a_change() -> None:
    default = Route(IPv4Network("0.0.0.0/0"), IPv4Interface("10.0.0.2/8").ip)
    old = L3({10: IPv4Interface("10.0.0.1/24"), 20: None}, (default,), forwarding=True)
    new = L3({10: None, 20: IPv4Interface("10.0.1.1/24")}, (), forwarding=True)

    assert kernel.commands(old, new) == [
        "route del 0.0.0.0/0 via 10.0.0.2 proto static metric 1",
        "addr flush dev vlan10",
        "link set dev vlan10 down",
        "addr flush dev vlan20",
        "addr add 10.0.1.1/24 broadcast 10.0.1.255 dev vlan20",
        "link set dev vlan20 up",
    ]


def test_routes_come_back_with_the_interface_they_need() -> None:
    default = Route(IPv4Network("0.0.0.0/0"), IPv4Interface("10.0.0.2/8").ip)
    old = L3({10: IPv4Interface("10.0.0.1/24")}, (default,), forwarding=True)
    new = L3({10: IPv4Interface("10.0.0.3/24")}, (default,), forwarding=True)

    assert kernel.commands(old, new)[-1].startswith("route replace 0.0.0.0/0 via 10.0.0.2")


def test_without_routing_only_the_default_gateway_counts() -> None:
    config = configured(
        "interface vlan 1", "ip address 10.0.0.1 255.0.0.0", "ip default-gateway 10.0.0.2",
        "ip route 172.16.0.0 255.240.0.0 10.0.0.3",
    )  # fmt: skip

    routed = kernel.plan(config, derive(config, links(1)))

    assert [str(route.network) for route in routed.routes] == ["0.0.0.0/0"]
    assert not routed.forwarding


def test_the_forwarding_table_is_emptied_once_no_flow_can_fill_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(dataplane_ovs, "run", lambda words: ran.append(" ".join(words[4:])))
    plane = dataplane_ovs.OvsDataPlane.__new__(dataplane_ovs.OvsDataPlane)

    plane.forget_macs()

    assert ran == ["revalidator/purge", "fdb/flush br0"]


def test_what_a_previous_life_left_is_gone_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataplane_ovs, "_RUN", tmp_path)
    left = subprocess.Popen(["sleep", "60"])  # noqa: TID251  # a test is outside the product
    (tmp_path / "ovsdb-server.pid").write_text(f"{left.pid}\n", encoding="ascii")
    (tmp_path / "ovs-vswitchd.pid").write_text("none\n", encoding="ascii")

    dataplane_ovs._stop_daemons()

    assert left.poll() is not None
    assert not (tmp_path / "ovsdb-server.pid").exists()
    dataplane_ovs._stop_daemons()  # nothing is left

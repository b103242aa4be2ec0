"""A real switch between real machines: what its command line says is what frames do."""

import pytest

from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.wait import until
from labctl.providers.namespaces import runtime
from labctl.providers.namespaces.runtime import Startup
from tests.contract.switch_bench import LIMIT_S, SwitchBench, cable
from tests.contract.switch_lab import connects, hear_tags, heard, serve

pytestmark = pytest.mark.embedded


def test_from_the_factory_every_port_is_in_vlan_1_and_nothing_is_saved(bench: SwitchBench) -> None:
    bench.run("server", "ip", "addr", "add", "10.21.10.3/27", "dev", "eth0")

    assert bench.reaches("admin", "10.21.10.3")
    assert bench.cli("show startup-config") == "startup-config is not present\n"
    assert bench.cli("show vlan brief").count("Gi1/0/") == 12
    assert "username" not in bench.cli("show running-config")


def test_vlans_are_apart(bench: SwitchBench) -> None:
    bench.run("server", "ip", "addr", "add", "10.21.10.3/27", "dev", "eth0")
    bench.configure("vlan 10", "interface gi1/0/1", "switchport access vlan 10")

    assert not bench.ping("admin", "10.21.10.3")
    bench.configure("interface gi1/0/2", "switchport access vlan 10")
    assert bench.reaches("admin", "10.21.10.3")


def test_a_vlan_that_is_deleted_carries_nothing(bench: SwitchBench) -> None:
    bench.run("server", "ip", "addr", "add", "10.21.10.3/27", "dev", "eth0")
    bench.configure("interface range gi1/0/1-2", "switchport access vlan 10")
    assert bench.reaches("admin", "10.21.10.3")

    bench.configure("no vlan 10")

    assert not bench.ping("admin", "10.21.10.3")
    assert "inactive" in bench.cli("show interfaces gi1/0/1 status")


def test_a_trunk_carries_real_tags(routed: SwitchBench) -> None:
    routed.configure(
        "interface gi1/0/9", "switchport mode trunk", "switchport trunk allowed vlan 10,40",
        "switchport trunk native vlan 40",
    )  # fmt: skip

    tags = hear_tags(routed, "admin", "10.21.10.9")
    natives = hear_tags(routed, "guest", "10.21.40.9")
    others = hear_tags(routed, "server", "10.21.20.9")

    assert tags == {10}
    assert natives == {0}
    assert others == set()


def test_a_native_vlan_that_is_not_allowed_is_lost(routed: SwitchBench) -> None:
    routed.configure(
        "interface gi1/0/9", "switchport mode trunk", "switchport trunk allowed vlan 10",
        "switchport trunk native vlan 40",
    )  # fmt: skip

    assert hear_tags(routed, "guest", "10.21.40.9") == set()


def test_it_routes_between_vlans_when_told(routed: SwitchBench) -> None:
    assert routed.reaches("admin", "10.21.20.2")
    assert "Vlan10" in routed.cli("show ip route")

    routed.configure("no ip routing")

    assert not routed.ping("admin", "10.21.20.2")
    assert routed.reaches("admin", "10.21.10.1")


def test_tcp_passes_between_vlans(routed: SwitchBench) -> None:
    """Ping passes where checksums are left undone; a large transfer does not."""
    serve(routed, "server", 8080)

    done = routed.run("admin", "python3", "-c", _FETCH, "10.21.20.2", "8080")

    assert done.stdout.strip() == "4000000"


def test_a_default_route_is_followed(routed: SwitchBench) -> None:
    routed.run("server", "ip", "addr", "add", "203.0.113.9/32", "dev", "lo")

    routed.configure("ip route 0.0.0.0 0.0.0.0 10.21.20.2")

    assert routed.reaches("admin", "203.0.113.9")
    assert "10.21.20.2 to network 0.0.0.0" in routed.cli("show ip route")


def test_an_interface_without_active_port_is_down(routed: SwitchBench) -> None:
    routed.configure("interface gi1/0/2", "shutdown")

    assert "10.21.20.1      YES NVRAM  up                    down" in routed.cli(
        "show ip int brief"
    )
    assert "Vlan20" not in routed.cli("show ip route")
    assert not routed.ping("admin", "10.21.20.1")


def test_shutdown_takes_the_link_of_the_neighbor(bench: SwitchBench) -> None:
    bench.configure("interface gi1/0/1", "shutdown")

    carrier = bench.run("admin", "cat", "/sys/class/net/eth0/operstate").stdout.strip()
    assert carrier in ("down", "lowerlayerdown")
    assert "disabled" in bench.cli("show interfaces gi1/0/1 status")

    bench.configure("interface gi1/0/1", "no shutdown")
    assert until(
        lambda: "connected" in bench.cli("show int gi1/0/1 status"), Deadline.after(LIMIT_S)
    )


def test_an_access_list_filters_and_counts(routed: SwitchBench) -> None:
    assert routed.reaches("guest", "10.21.20.2")

    routed.configure(
        "ip access-list extended INVITES", "deny ip any 10.21.20.0 0.0.0.63", "permit ip any any",
        "interface vlan 40", "ip access-group INVITES in",
    )  # fmt: skip

    done = routed.run("guest", "ping", "-c", "1", "-W", "2", "10.21.20.2", check=False)
    assert "Packet filtered" in done.stdout
    assert routed.reaches("guest", "10.21.10.2")
    assert "10 deny ip any 10.21.20.0 0.0.0.63 (" in routed.cli("show access-lists")


def test_ports_of_an_access_list(routed: SwitchBench) -> None:
    serve(routed, "server", 80)
    serve(routed, "server", 8080)
    routed.configure(
        "ip access-list extended WEB", "permit tcp any host 10.21.20.2 eq www",
        "interface vlan 40", "ip access-group WEB in",
    )  # fmt: skip

    assert connects(routed, "guest", "10.21.20.2", 80) == "open"
    assert connects(routed, "guest", "10.21.20.2", 8080) != "open"
    assert not routed.ping("guest", "10.21.20.2")


def test_an_outgoing_access_list_filters(routed: SwitchBench) -> None:
    routed.configure(
        "access-list 101 deny icmp any any echo", "access-list 101 permit ip any any",
        "interface vlan 20", "ip access-group 101 out",
    )  # fmt: skip

    assert not routed.ping("admin", "10.21.20.2")
    assert routed.reaches("admin", "10.21.20.1")


def test_dhcp_is_relayed_to_another_vlan(routed: SwitchBench) -> None:
    routed.run("server", "sh", "-c", _DNSMASQ)
    routed.run("guest", "ip", "addr", "flush", "dev", "eth0")
    routed.configure("interface vlan 40", "ip helper-address 10.21.20.2")

    said = leases(routed, tries=20)

    assert "lease of 10.21.40." in said
    assert "obtained from 10.21.20.2" in said


def test_dhcp_passes_an_access_list_that_permits_it(routed: SwitchBench) -> None:
    routed.run("server", "sh", "-c", _DNSMASQ)
    routed.run("guest", "ip", "addr", "flush", "dev", "eth0")
    routed.configure(
        "ip access-list extended INVITES", "permit udp any any eq bootps",
        "interface vlan 40", "ip helper-address 10.21.20.2", "ip access-group INVITES in",
    )  # fmt: skip

    assert leases(routed, tries=20)

    routed.configure("ip access-list extended INVITES", "no permit udp any any eq bootps",
                     "deny ip any any")  # fmt: skip
    assert not leases(routed, tries=3)


def test_a_cable_that_is_replaced_works_again(bench: SwitchBench) -> None:
    bench.configure("vlan 10", "interface range gi1/0/1-2", "switchport access vlan 10")
    bench.run("admin", "ip", "link", "del", "eth0")
    assert until(
        lambda: "notconnect" in bench.cli("show int gi1/0/1 status"), Deadline.after(LIMIT_S)
    )

    living = {NodeName(n): bench.nodes[n].pid for n in ("switch", "admin")}
    lines = ("link set eth0 up", "addr add 10.21.20.3/26 dev eth0")
    again = Startup((), living, (cable("admin", "gi1", 1),), ((NodeName("admin"), lines),))
    runtime.start(again, "none", "01", Deadline.after(LIMIT_S))

    assert bench.reaches("admin", "10.21.20.2")


def test_two_switches_see_each_other(bench: SwitchBench) -> None:
    bench.run("trunk", "sh", "-c", 'exec python3 -c "$0" > /run/tags 2>&1 &', _HEAR_LLDP)
    assert until(lambda: "ready" in heard(bench), Deadline.after(LIMIT_S))

    bench.configure("lldp run")

    assert until(lambda: "Switch" in heard(bench), Deadline.after(LIMIT_S))
    bench.run("trunk", "python3", "-c", _SAY_LLDP)
    assert until(lambda: "voisin" in bench.cli("show lldp neighbors"), Deadline.after(LIMIT_S))


def leases(bench: SwitchBench, *, tries: int) -> str:
    """Return what a DHCP client of the guests says of its lease, empty when it gets none."""
    argv = (
        "udhcpc",
        "-f",
        "-q",
        "-n",
        "-i",
        "eth0",
        "-t",
        str(tries),
        "-T",
        "1",
        "-s",
        "/bin/true",
    )
    done = bench.run("guest", *argv, check=False)
    return done.stderr + done.stdout if done.exit_code == 0 else ""


_FETCH = """
import socket, sys
channel = socket.create_connection((sys.argv[1], int(sys.argv[2])), 30)
count = 0
while data := channel.recv(65536):
    count += len(data)
print(count)
"""
_HEAR_LLDP = """
import socket
channel = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88CC))
channel.bind(("eth0", 0))
channel.settimeout(40)
print("ready", flush=True)
print(channel.recv(2048))
"""
_SAY_LLDP = """
import socket
channel = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
channel.bind(("eth0", 0))
tlvs = bytes.fromhex("0207040200000001090405056574683006020078") + b"\\x0a\\x06voisin" + b"\\0\\0"
channel.send(bytes.fromhex("0180c200000e02000000010988cc") + tlvs)
"""
_DNSMASQ = """
dnsmasq --conf-file=/dev/null --port=0 --interface=eth0 --bind-dynamic --leasefile-ro --no-ping \
  --dhcp-authoritative --dhcp-range=10.21.40.20,10.21.40.30,255.255.255.128,1h \
  --dhcp-range=10.21.20.40,10.21.20.41,255.255.255.192,1h
"""


def test_an_address_that_left_does_not_come_back_into_an_emptied_table(routed: SwitchBench) -> None:
    """Frames of before are counted once more after they passed: not into the new table."""
    old, new = "02:00:5e:00:53:01", "02:00:5e:00:53:02"
    leave = (
        "ip link set dev eth0 address $0; ping -n -q -i 0.01 -c 100 10.21.10.1"
        " && ip link set dev eth0 address $1"
    )
    told = []
    for _time in range(5):
        routed.run("admin", "sh", "-c", leave, old, new)
        routed.cli("clear mac address-table dynamic")
        told.append(until(lambda: "0200.5e00.5301" in _table(routed), Deadline.after(1.5)))

    assert told == [None] * 5


def _table(bench: SwitchBench) -> str:
    return bench.cli("show mac address-table")

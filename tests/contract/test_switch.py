"""A real switch between real machines: what its command line says is what frames do."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.wait import until
from labctl.providers.namespaces import runtime
from labctl.providers.namespaces.runtime import Startup
from tests.contract.switch_bench import MANAGEMENT, Host, SwitchBench, cable, switch_bench

pytestmark = pytest.mark.embedded

HOSTS = {
    "admin": Host(1, "10.21.10.2/27"),
    "server": Host(2, "10.21.20.2/26", role="router"),
    "guest": Host(3, "10.21.40.2/25"),
    "trunk": Host(9),
}
ROUTED = (
    "hostname SW-ARU-01",
    "ip routing",
    "vlan 10",
    "name ADMIN",
    "vlan 20",
    "name SERVEURS",
    "vlan 40",
    "name INVITES",
    "interface gi1/0/1",
    "switchport mode access",
    "switchport access vlan 10",
    "interface gi1/0/2",
    "switchport mode access",
    "switchport access vlan 20",
    "interface gi1/0/3",
    "switchport mode access",
    "switchport access vlan 40",
    "interface vlan 10",
    "ip address 10.21.10.1 255.255.255.224",
    "interface vlan 20",
    "ip address 10.21.20.1 255.255.255.192",
    "interface vlan 40",
    "ip address 10.21.40.1 255.255.255.128",
)
SSH = (
    "ip domain-name moana.test",
    "crypto key generate rsa modulus 2048",
    "username admin privilege 15 secret Azerty123!",
    "username lecteur secret Lecture123!",
    "enable secret Super123!",
    "ip ssh version 2",
    "line vty 0 4",
    "login local",
    "transport input ssh",
)
ADMIN = {"username": "admin", "password": "Azerty123!"}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SwitchBench]:
    with switch_bench(tmp_path, HOSTS) as running:
        yield running


@pytest.fixture
def routed(bench: SwitchBench) -> SwitchBench:
    assert "%" not in bench.configure(*ROUTED)
    for name, gateway in (
        ("admin", "10.21.10.1"),
        ("server", "10.21.20.1"),
        ("guest", "10.21.40.1"),
    ):
        bench.run(name, "ip", "route", "add", "default", "via", gateway)
    return bench


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

    tags = _hear_tags(routed, "admin", "10.21.10.9")
    natives = _hear_tags(routed, "guest", "10.21.40.9")
    others = _hear_tags(routed, "server", "10.21.20.9")

    assert tags == {10}
    assert natives == {0}
    assert others == set()


def test_a_native_vlan_that_is_not_allowed_is_lost(routed: SwitchBench) -> None:
    routed.configure(
        "interface gi1/0/9", "switchport mode trunk", "switchport trunk allowed vlan 10",
        "switchport trunk native vlan 40",
    )  # fmt: skip

    assert _hear_tags(routed, "guest", "10.21.40.9") == set()


def test_it_routes_between_vlans_when_told(routed: SwitchBench) -> None:
    assert routed.reaches("admin", "10.21.20.2")
    assert "Vlan10" in routed.cli("show ip route")

    routed.configure("no ip routing")

    assert not routed.ping("admin", "10.21.20.2")
    assert routed.reaches("admin", "10.21.10.1")


def test_tcp_passes_between_vlans(routed: SwitchBench) -> None:
    """Ping passes where checksums are left undone; a large transfer does not."""
    _serve(routed, "server", 8080)

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
    assert until(lambda: "connected" in bench.cli("show int gi1/0/1 status"), Deadline.after(3))


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
    _serve(routed, "server", 80)
    _serve(routed, "server", 8080)
    routed.configure(
        "ip access-list extended WEB", "permit tcp any host 10.21.20.2 eq www",
        "interface vlan 40", "ip access-group WEB in",
    )  # fmt: skip

    assert _connects(routed, "guest", "10.21.20.2", 80) == "open"
    assert _connects(routed, "guest", "10.21.20.2", 8080) != "open"
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

    done = routed.run(
        "guest", "udhcpc", "-f", "-q", "-n", "-i", "eth0", "-t", "10", "-T", "1", "-s", "/bin/true"
    )

    assert "lease of 10.21.40." in done.stderr + done.stdout
    assert "obtained from 10.21.20.2" in done.stderr + done.stdout


def test_dhcp_passes_an_access_list_that_permits_it(routed: SwitchBench) -> None:
    routed.run("server", "sh", "-c", _DNSMASQ)
    routed.run("guest", "ip", "addr", "flush", "dev", "eth0")
    routed.configure(
        "ip access-list extended INVITES", "permit udp any any eq bootps",
        "interface vlan 40", "ip helper-address 10.21.20.2", "ip access-group INVITES in",
    )  # fmt: skip
    argv = ("udhcpc", "-f", "-q", "-n", "-i", "eth0", "-t", "3", "-T", "1", "-s", "/bin/true")

    assert routed.run("guest", *argv, check=False).exit_code == 0

    routed.configure("ip access-list extended INVITES", "no permit udp any any eq bootps",
                     "deny ip any any")  # fmt: skip
    assert routed.run("guest", *argv, check=False).exit_code != 0


def test_reload_goes_back_to_what_was_saved(routed: SwitchBench) -> None:
    routed.cli("write memory")
    routed.configure("hostname PERDU", "no vlan 20", "interface gi1/0/1", "shutdown")

    routed.cli("reload", "no", "y")

    assert until(lambda: "SW-ARU-01" in _version(routed), Deadline.after(5))
    assert routed.reaches("admin", "10.21.20.2")
    running = routed.cli("show running-config").split("!\n", 1)[1]
    assert running == routed.cli("show startup-config").split("!\n", 1)[1]
    assert "Last reload reason: Reload Command" in _version(routed)


def test_write_erase_and_reload_is_the_factory(routed: SwitchBench) -> None:
    routed.cli("write memory", "write erase", "y", "reload", "no", "y")

    assert until(lambda: "Switch uptime" in _version(routed), Deadline.after(5))
    assert "10.21.10.1" not in routed.cli("show running-config")
    assert not routed.ping("admin", "10.21.20.2")


def test_the_management_is_never_forwarded(routed: SwitchBench) -> None:
    routed.run("jury", "ip", "route", "add", "10.21.0.0/16", "via", MANAGEMENT)
    routed.configure("ip route 0.0.0.0 0.0.0.0 10.21.20.2")

    assert routed.reaches("jury", MANAGEMENT)
    assert not routed.ping("jury", "10.21.20.2")
    assert not routed.ping("admin", MANAGEMENT)
    assert not routed.ping("admin", "198.18.0.1")
    setting = "/proc/sys/net/ipv4/conf/mgmt0/forwarding"
    assert routed.run("switch", "cat", setting).stdout.strip() == "0"


def test_a_cable_that_is_replaced_works_again(bench: SwitchBench) -> None:
    bench.configure("vlan 10", "interface range gi1/0/1-2", "switchport access vlan 10")
    bench.run("admin", "ip", "link", "del", "eth0")
    assert until(lambda: "notconnect" in bench.cli("show int gi1/0/1 status"), Deadline.after(3))

    living = {NodeName(n): bench.nodes[n].pid for n in ("switch", "admin")}
    lines = ("link set eth0 up", "addr add 10.21.20.3/26 dev eth0")
    again = Startup((), living, (cable("admin", "gi1", 1),), ((NodeName("admin"), lines),))
    runtime.start(again, "none", "01", Deadline.after(5))

    assert bench.reaches("admin", "10.21.20.2")


def test_two_switches_see_each_other(bench: SwitchBench) -> None:
    bench.run("trunk", "sh", "-c", 'exec python3 -c "$0" > /run/tags 2>&1 &', _HEAR_LLDP)
    assert until(lambda: "ready" in _heard(bench), Deadline.after(5))

    bench.configure("lldp run")

    assert until(lambda: "Switch" in _heard(bench), Deadline.after(5))
    bench.run("trunk", "python3", "-c", _SAY_LLDP)
    assert until(lambda: "voisin" in bench.cli("show lldp neighbors"), Deadline.after(3))


def test_ssh_on_the_data_plane_is_there_when_configured(routed: SwitchBench) -> None:
    assert _connects(routed, "admin", "10.21.10.1", 22) == "refused"

    routed.configure(*SSH)

    assert _connects(routed, "admin", "10.21.10.1", 22) == "open"
    assert _connects(routed, "admin", "10.21.10.1", 23) == "refused"
    told = _netmiko(routed, "admin", host="10.21.10.1", **ADMIN)
    assert told["prompt"] == "SW-ARU-01#"
    reader = {"username": "lecteur", "password": "Lecture123!", "secret": "Super123!"}
    told = _netmiko(routed, "admin", host="10.21.10.1", **reader)
    assert told["prompt"] == "SW-ARU-01>"
    assert told["enabled"] == "SW-ARU-01#"
    told = _netmiko(routed, "admin", host="10.21.10.1", **{**ADMIN, "password": "faux"})
    assert told["error"] == "NetmikoAuthenticationException"


def test_an_access_class_keeps_others_out(routed: SwitchBench) -> None:
    routed.configure(
        *SSH, "access-list 10 permit 10.21.10.0 0.0.0.31", "line vty 0 4", "access-class 10 in"
    )

    assert _connects(routed, "admin", "10.21.10.1", 22) == "open"
    assert _connects(routed, "guest", "10.21.40.1", 22) == "refused"


def test_telnet_when_configured(routed: SwitchBench) -> None:
    routed.configure("username admin privilege 15 secret Azerty123!", "line vty 0 4",
                     "login local", "transport input telnet")  # fmt: skip

    assert _connects(routed, "admin", "10.21.10.1", 23) == "open"
    told = _netmiko(
        routed, "admin", device_type="cisco_ios_telnet", host="10.21.10.1", **ADMIN
    )  # fmt: skip
    assert told["prompt"] == "SW-ARU-01#"


def test_the_audit_enters_at_the_privileged_level(bench: SwitchBench) -> None:
    audit = {
        "host": MANAGEMENT, "username": "labctl-audit", "use_keys": True,
        "key_file": str(bench.key), "ssh_strict": True, "alt_host_keys": True,
        "alt_key_file": str(bench.folder / "known_hosts"),
    }  # fmt: skip

    told = _netmiko(bench, "jury", lines=list(ROUTED), **audit)

    assert told["prompt"] == "Switch#"
    assert float(str(told["connect_s"])) < 3
    assert "10.21.40.1" in bench.cli("show ip interface brief")


def test_pages_wait_for_a_key(bench: SwitchBench) -> None:
    told = bench.run("switch", "python3", "-c", _PTY).stdout

    assert "--More--" in told
    assert told.count("Gi1/0/12") == 1
    assert "% Invalid input detected at '^' marker." in told


def test_the_terminal_starts_fast(bench: SwitchBench) -> None:
    told = bench.run("switch", "python3", "-c", _TIME_CLI).stdout

    assert float(told) < 0.5


def _version(bench: SwitchBench) -> str:
    done = bench.run(
        "switch", "/usr/bin/labctl-switch", "--audit", "-c", "show version", check=False
    )
    return done.stdout


def _serve(bench: SwitchBench, node: str, port: int) -> None:
    bench.run(node, "sh", "-c", 'exec python3 -c "$0" "$1" >/dev/null 2>&1 &', _SERVE, str(port))
    local = "127.0.0.1"
    assert until(lambda: _connects(bench, node, local, port) == "open", Deadline.after(5))


def _connects(bench: SwitchBench, node: str, address: str, port: int) -> str:
    return bench.run(node, "python3", "-c", _CONNECT, address, str(port)).stdout.strip()


def _hear_tags(bench: SwitchBench, node: str, address: str) -> set[int]:
    """Return the tags (0: none) that the trunk hears when a node asks for an address."""
    bench.run("trunk", "rm", "-f", "/run/enough", "/run/tags")
    bench.run(
        "trunk", "sh", "-c", 'exec python3 -c "$0" "$1" > /run/tags 2>&1 &', _HEAR_TAGS, address
    )
    assert until(lambda: "ready" in _heard(bench), Deadline.after(5))
    bench.run(node, "ping", "-c", "3", "-i", "0.1", "-W", "1", address, check=False)
    bench.run("trunk", "touch", "/run/enough")
    assert until(lambda: "done" in _heard(bench), Deadline.after(5))
    return {int(word) for word in _heard(bench).split() if word.isdigit()}


def _heard(bench: SwitchBench) -> str:
    return bench.run("trunk", "cat", "/run/tags", check=False).stdout


def _netmiko(bench: SwitchBench, node: str, **options: object) -> dict[str, object]:
    """Connect with netmiko from a node's network and tell what happened."""
    program = str(Path(__file__).with_name("netmiko_client.py"))
    space = f"--net=/proc/{bench.nodes[node].pid}/ns/net"
    argv = ("nsenter", space, sys.executable, "-W", "ignore", program)
    done = command.run(argv, Deadline.after(60), stdin=json.dumps(options))
    told: dict[str, object] = json.loads(done.stdout)
    return told


_CONNECT = """
import socket, sys
channel = socket.socket()
channel.settimeout(2)
try:
    channel.connect((sys.argv[1], int(sys.argv[2])))
    print("open")
except ConnectionRefusedError:
    print("refused")
except OSError:
    print("filtered")
"""
_SERVE = """
import socket, sys
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", int(sys.argv[1])))
server.listen()
while True:
    channel, _ = server.accept()
    try:
        channel.sendall(b"x" * 4000000)
    except OSError:
        pass
    channel.close()
"""
_FETCH = """
import socket, sys
channel = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
channel.settimeout(5)
count = 0
while data := channel.recv(65536):
    count += len(data)
print(count)
"""
_HEAR_TAGS = """
import os, socket, struct, sys, time
wanted = socket.inet_aton(sys.argv[1])
channel = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
channel.bind(("eth0", 0))
channel.setsockopt(263, 8, 1)
channel.settimeout(0.1)
print("ready", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end and not os.path.exists("/run/enough"):
    try:
        frame, ancillary, _, address = channel.recvmsg(2048, 64)
    except OSError:
        continue
    if address[2] == socket.PACKET_OUTGOING or frame[38:42] != wanted:
        continue
    status, _, _, _, _, tag, _ = struct.unpack("IIIHHHH", ancillary[0][2])
    print(tag & 0xFFF if status & 16 else 0, flush=True)
print("done")
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
dnsmasq --conf-file=/dev/null --port=0 --interface=eth0 --bind-dynamic --leasefile-ro \
  --dhcp-authoritative --dhcp-range=10.21.40.20,10.21.40.30,255.255.255.128,1h \
  --dhcp-range=10.21.20.40,10.21.20.41,255.255.255.192,1h
"""
_PTY = """
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execv("/usr/bin/labctl-switch", ["labctl-switch"])
said = b""
def expect(text):
    global said
    end = time.monotonic() + 5
    while text not in said.split(b"<<")[-1] and time.monotonic() < end:
        if select.select([fd], [], [], 0.1)[0]:
            said += os.read(fd, 4096)
    said += b"<<"
expect(b">")
os.write(fd, b"enable\\r")
expect(b"#")
os.write(fd, b"terminal length 10\\r")
expect(b"#")
os.write(fd, b"show interfaces status\\r")
expect(b"--More--")
os.write(fd, b" ")
expect(b"#")
os.write(fd, b"show foo\\r")
expect(b"#")
sys.stdout.write(said.decode())
"""
_TIME_CLI = """
import subprocess, time
times = []
for _ in range(5):
    start = time.monotonic()
    subprocess.run(["/usr/bin/labctl-switch", "--audit", "-c", "show clock"], check=True,
                   stdout=subprocess.DEVNULL)
    times.append(time.monotonic() - start)
print(min(times))
"""

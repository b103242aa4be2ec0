"""Hosts around the switch and three networks that it routes; what to try from them."""

from labctl.core.deadline import Deadline
from labctl.core.wait import until
from tests.contract.switch_bench import LIMIT_S, Host, SwitchBench

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


def route(bench: SwitchBench) -> None:
    """Configure the three networks, and their gateways on the hosts."""
    assert "%" not in bench.configure(*ROUTED)
    for name, gateway in (
        ("admin", "10.21.10.1"),
        ("server", "10.21.20.1"),
        ("guest", "10.21.40.1"),
    ):
        bench.run(name, "ip", "route", "add", "default", "via", gateway)


def serve(bench: SwitchBench, node: str, port: int) -> None:
    """Serve four million bytes on a TCP port of a node."""
    bench.run(node, "sh", "-c", 'exec python3 -c "$0" "$1" >/dev/null 2>&1 &', _SERVE, str(port))
    local = "127.0.0.1"
    assert until(lambda: connects(bench, node, local, port) == "open", Deadline.after(LIMIT_S))


def connects(bench: SwitchBench, node: str, address: str, port: int) -> str:
    """Return what becomes of a TCP connection: open, refused or filtered."""
    return bench.run(node, "python3", "-c", _CONNECT, address, str(port)).stdout.strip()


def hear_tags(bench: SwitchBench, node: str, address: str) -> set[int]:
    """Return the tags (0: none) that the trunk hears when a node asks for an address."""
    bench.run("trunk", "rm", "-f", "/run/enough", "/run/tags")
    bench.run(
        "trunk", "sh", "-c", 'exec python3 -c "$0" "$1" > /run/tags 2>&1 &', _HEAR_TAGS, address
    )
    assert until(lambda: "ready" in heard(bench), Deadline.after(LIMIT_S))
    bench.run(node, "ping", "-c", "3", "-i", "0.1", "-W", "1", address, check=False)
    bench.run("trunk", "touch", "/run/enough")
    assert until(lambda: "done" in heard(bench), Deadline.after(LIMIT_S))
    return {int(word) for word in heard(bench).split() if word.isdigit()}


def heard(bench: SwitchBench) -> str:
    """Return what the trunk wrote down of what it hears."""
    return bench.run("trunk", "cat", "/run/tags", check=False).stdout


_CONNECT = """
import socket, sys
channel = socket.socket()
channel.settimeout(10)
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
_HEAR_TAGS = """
import os, socket, struct, sys, time
wanted = socket.inet_aton(sys.argv[1])
channel = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
channel.bind(("eth0", 0))
channel.setsockopt(263, 8, 1)
channel.settimeout(0.1)
print("ready", flush=True)
end = time.monotonic() + 60
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

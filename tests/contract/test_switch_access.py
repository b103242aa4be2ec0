"""Who enters a real switch and how, and what it still knows after a restart."""

import json
import sys
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.wait import until
from tests.contract.switch_bench import LIMIT_S, MANAGEMENT, SwitchBench
from tests.contract.switch_lab import ROUTED, connects

pytestmark = pytest.mark.embedded

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


def test_reload_goes_back_to_what_was_saved(routed: SwitchBench) -> None:
    routed.cli("write memory")
    routed.configure("hostname PERDU", "no vlan 20", "interface gi1/0/1", "shutdown")

    routed.cli("reload", "no", "y")

    assert until(lambda: "SW-ARU-01" in read_version(routed), Deadline.after(LIMIT_S))
    assert routed.reaches("admin", "10.21.20.2")
    running = routed.cli("show running-config").split("!\n", 1)[1]
    assert running == routed.cli("show startup-config").split("!\n", 1)[1]
    assert "Last reload reason: Reload Command" in read_version(routed)


def test_write_erase_and_reload_is_the_factory(routed: SwitchBench) -> None:
    routed.cli("write memory", "write erase", "y", "reload", "no", "y")

    assert until(lambda: "Switch uptime" in read_version(routed), Deadline.after(LIMIT_S))
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


def test_ssh_on_the_data_plane_is_there_when_configured(routed: SwitchBench) -> None:
    assert connects(routed, "admin", "10.21.10.1", 22) == "refused"

    routed.configure(*SSH)

    assert connects(routed, "admin", "10.21.10.1", 22) == "open"
    assert connects(routed, "admin", "10.21.10.1", 23) == "refused"
    told = enter(routed, "admin", host="10.21.10.1", **ADMIN)
    assert told["prompt"] == "SW-ARU-01#"
    reader = {"username": "lecteur", "password": "Lecture123!", "secret": "Super123!"}
    told = enter(routed, "admin", host="10.21.10.1", **reader)
    assert told["prompt"] == "SW-ARU-01>"
    assert told["enabled"] == "SW-ARU-01#"
    told = enter(routed, "admin", host="10.21.10.1", **{**ADMIN, "password": "faux"})
    assert told["error"] == "NetmikoAuthenticationException"


def test_an_access_class_keeps_others_out(routed: SwitchBench) -> None:
    routed.configure(
        *SSH, "access-list 10 permit 10.21.10.0 0.0.0.31", "line vty 0 4", "access-class 10 in"
    )

    assert connects(routed, "admin", "10.21.10.1", 22) == "open"
    assert connects(routed, "guest", "10.21.40.1", 22) == "refused"


def test_telnet_when_configured(routed: SwitchBench) -> None:
    routed.configure("username admin privilege 15 secret Azerty123!", "line vty 0 4",
                     "login local", "transport input telnet")  # fmt: skip

    assert connects(routed, "admin", "10.21.10.1", 23) == "open"
    told = enter(
        routed, "admin", device_type="cisco_ios_telnet", host="10.21.10.1", **ADMIN
    )  # fmt: skip
    assert told["prompt"] == "SW-ARU-01#"


def test_the_audit_enters_at_the_privileged_level(bench: SwitchBench) -> None:
    audit = {
        "host": MANAGEMENT, "username": "labctl-audit", "use_keys": True,
        "key_file": str(bench.key), "ssh_strict": True, "alt_host_keys": True,
        "alt_key_file": str(bench.folder / "known_hosts"),
    }  # fmt: skip

    told = enter(bench, "jury", lines=list(ROUTED), **audit)

    assert told["prompt"] == "Switch#"
    assert float(str(told["connect_s"])) < 10  # what netmiko waits for a prompt that it misses
    assert "10.21.40.1" in bench.cli("show ip interface brief")


def test_pages_wait_for_a_key(bench: SwitchBench) -> None:
    told = bench.run("switch", "python3", "-c", _PTY).stdout

    assert "--More--" in told
    assert told.count("Gi1/0/12") == 1
    assert "% Invalid input detected at '^' marker." in told


def test_the_terminal_starts_fast(bench: SwitchBench) -> None:
    """Counted in processor seconds, which do not depend on what else runs."""
    told = bench.run("switch", "python3", "-c", _TIME_CLI).stdout

    assert float(told) < 0.5


def read_version(bench: SwitchBench) -> str:
    done = bench.run(
        "switch", "/usr/bin/labctl-switch", "--audit", "-c", "show version", check=False
    )
    return done.stdout


def enter(bench: SwitchBench, node: str, **options: object) -> dict[str, object]:
    """Connect with netmiko from a node's network and tell what happened."""
    program = str(Path(__file__).with_name("netmiko_client.py"))
    space = f"--net=/proc/{bench.nodes[node].pid}/ns/net"
    argv = ("nsenter", space, sys.executable, "-W", "ignore", program)
    done = command.run(argv, Deadline.after(60), stdin=json.dumps(options))
    told: dict[str, object] = json.loads(done.stdout)
    return told


_PTY = """
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execv("/usr/bin/labctl-switch", ["labctl-switch"])
said = b""
def expect(text):
    global said
    end = time.monotonic() + 30
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
import resource, subprocess
times = []
def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
for _ in range(5):
    start = spent()
    subprocess.run(["/usr/bin/labctl-switch", "--audit", "-c", "show clock"], check=True,
                   stdout=subprocess.DEVNULL)
    times.append(spent() - start)
print(min(times))
"""

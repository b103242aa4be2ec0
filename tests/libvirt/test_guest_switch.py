"""A real boot of a guest image: the switch, whose frames the guest's own kernel bridges by VLAN."""

import json
import time
from collections.abc import Iterator

import pytest

from labctl.providers.roles import trust
from labctl.providers.roles.nodefiles import NodeFile
from tests.libvirt.guest_lab import BareGuest, bare_guest

NODE = {
    "bench": 1,
    "node": "commutateur",
    "role": "switch",
    "hostname": "commutateur",
    "management": {"interface": "mgmt0", "address": "198.18.0.2/24"},
    "interfaces": [{"name": "gi9", "mac": "02:AA:00:00:00:09", "is_cabled": True}],
    "parameters": {},
}
SKEW_S = 60
HOSTS = """\
for port in 1 2 3; do
    ip netns add h$port
    ip link add gi$port type veth peer name eth0 netns h$port
    ip -n h$port link set eth0 up
done
ip -n h1 addr add 10.21.10.2/27 dev eth0
ip -n h2 addr add 10.21.10.3/27 dev eth0
for vlan in 10 20; do
    ip -n h3 link add link eth0 name v$vlan type vlan id $vlan
    ip -n h3 link set v$vlan up
done
ip -n h3 addr add 10.21.10.9/27 dev v10
ip -n h3 addr add 10.21.10.10/27 dev v20
"""
CONFIGURATION = """\
configure terminal
vlan 10
vlan 20
interface gi1/0/1
switchport access vlan 10
interface gi1/0/2
switchport access vlan 20
interface gi1/0/3
switchport mode trunk
switchport trunk allowed vlan 10
interface vlan 10
ip address 10.21.10.1 255.255.255.224
"""


@pytest.fixture(scope="module")
def waiting(uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareGuest]:
    """Boot a switch until it waits to be told to start."""
    del uri  # libvirt is not needed, but what says whether these tests are to run
    host, audit = trust.draw_key(), trust.draw_key()
    files = {
        "etc/hostname": NodeFile(b"commutateur\n"),
        "etc/labctl/node.json": NodeFile(json.dumps(NODE).encode()),
        "etc/labctl/secrets.json": NodeFile(b"{}", 0o600, is_secret=True),
        "etc/labctl/authorized_keys": NodeFile(audit.public.encode(), 0o600, is_secret=True),
        "etc/labctl/ssh_host_ed25519_key": NodeFile(host.private, 0o600, is_secret=True),
    }
    with bare_guest(tmp_path_factory.mktemp("guest"), "switch", files, "02:aa:00:00:00:09") as it:
        yield it


@pytest.fixture(scope="module")
def started(waiting: BareGuest) -> BareGuest:
    """Tell it to start; it has three hosts on its ports afterwards."""
    before = waiting.ask(do="status")
    held = waiting.run("/bin/sh", "-c", "ls /etc/labctl; ls /sys/class/net")
    assert before["state"] == "waiting"
    assert "node.json" not in held["output"]  # nothing of a bench is in what can be saved
    waiting.start()
    done = waiting.run("/bin/sh", "-ec", HOSTS)
    assert done["code"] == 0, done["output"]
    return waiting


@pytest.fixture(scope="module")
def configured(started: BareGuest) -> BareGuest:
    """Put its ports in VLANs."""
    argv = ("/usr/bin/labctl-switch", "--audit", "-c", CONFIGURATION)
    done = started.run(*argv, seconds=180)
    assert done["code"] == 0, done["output"]
    assert "%" not in done["output"]
    return started


def ping(guest: BareGuest, host: str, *argv: str) -> bool:
    program = ("/usr/sbin/ip", "netns", "exec", host, "ping", "-n", "-c", "3", "-W", "3", *argv)
    return bool(guest.run(*program)["code"] == 0)


def test_a_started_guest_has_its_files_its_cards_and_the_time(started: BareGuest) -> None:
    told = started.run("/bin/sh", "-c", "stat -c '%n %a %U' /etc/labctl/secrets.json; hostname")
    cards = started.run("/usr/sbin/ip", "-br", "addr")

    assert told["output"] == "/etc/labctl/secrets.json 600 root\ncommutateur\n"
    assert {"lo", "gi9", "mgmt0"} <= {line.split()[0] for line in cards["output"].splitlines()}
    assert "198.18.0.2/24" in cards["output"]
    assert abs(told["clock"] - time.time()) < SKEW_S


def test_the_clock_can_be_set_again(started: BareGuest) -> None:
    started.ask(do="clock", clock=time.time() - 7200)
    behind = started.ask(do="status")["clock"]

    started.ask(do="clock", clock=time.time())

    assert time.time() - behind > 7000
    assert abs(started.ask(do="status")["clock"] - time.time()) < SKEW_S


def test_the_kernel_bridges_and_vlans_are_apart(configured: BareGuest) -> None:
    said = configured.run("/bin/cat", "/sys/class/net/br0/bridge/vlan_filtering")["output"]

    assert said == "1\n"
    assert ping(configured, "h1", "10.21.10.1")
    assert not ping(configured, "h1", "10.21.10.3")


def test_a_trunk_carries_the_tags_it_is_allowed(configured: BareGuest) -> None:
    assert ping(configured, "h3", "-I", "v10", "10.21.10.2")
    assert not ping(configured, "h3", "-I", "v20", "10.21.10.3")


def test_the_power_button_switches_it_off(configured: BareGuest) -> None:
    configured.press_power()

    assert configured.wait_off()

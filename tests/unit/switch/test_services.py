"""Who may enter the switch and where it listens."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest
from labswitch import accounts, services
from labswitch.config import Config, User
from labswitch.state import derive

from checks.device_admin.facts import parse_config
from tests.unit.switch.switches import configured, links, show, view_of

BASE = ("interface vlan 1", "ip address 10.0.0.1 255.255.255.0")
SSH = ("username a secret b", "line vty 0 4", "login local", "transport input ssh")
ADDRESS = IPv4Address("10.0.0.1")


def listeners(config: Config, *, has_key: bool = True) -> frozenset[tuple[IPv4Address, int]]:
    return services.plan(config, derive(config, links(1)), has_key=has_key)


def test_nothing_listens_from_the_factory() -> None:
    assert listeners(configured(*BASE)) == frozenset()


@pytest.mark.parametrize(
    "lines",
    [
        (),
        SSH,
        (*SSH, "line vty 5 15", "transport input telnet"),
        (*SSH, "no transport input"),
        ("line vty 0 15", "transport input none"),
        ("line vty 0 15", "transport input all"),
    ],
)
def test_the_configuration_says_on_what_the_switch_listens(lines: tuple[str, ...]) -> None:
    config = configured(*BASE, "username a secret b", *lines)
    running = show(view_of(config), "show running-config")
    ports = {"ssh": 22, "telnet": 23}

    told = parse_config(running, running).vty_transports

    assert {ports[name] for name in told} == {port for _address, port in listeners(config)}


def test_ssh_needs_a_key_an_account_and_a_line() -> None:
    assert listeners(configured(*BASE, *SSH)) == {(ADDRESS, 22)}
    assert listeners(configured(*BASE, *SSH), has_key=False) == frozenset()
    assert listeners(configured(*BASE, *SSH[1:])) == frozenset()


def test_telnet_needs_a_line_only() -> None:
    config = configured(*BASE, "line vty 0 4", "transport input telnet")

    assert listeners(config) == {(ADDRESS, 23)}


@pytest.mark.parametrize("line", ["shutdown", "no ip address"])
def test_nothing_listens_on_an_interface_that_is_down(line: str) -> None:
    assert listeners(configured(*BASE, *SSH, "interface vlan 1", line)) == frozenset()


def test_passwords_are_refused_without_login_local() -> None:
    with_login = services.render_sshd(configured(*SSH))
    without = services.render_sshd(configured(*SSH, "no login local"))

    assert "PasswordAuthentication yes" in with_login
    assert "PasswordAuthentication no" in without


def test_accounts_are_written_beside_those_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")
    (tmp_path / "shadow").write_text("root:*:1::::::\n")
    (tmp_path / "group").write_text("root:x:0:\n")

    accounts.apply((User("admin", 15, "$y$hash"), User("b")), tmp_path)
    accounts.apply((User("b", 1, "$y$other"),), tmp_path)

    assert (tmp_path / "passwd").read_text() == (
        "root:x:0:0:root:/root:/bin/bash\nb:x:2000:2000:labctl-switch:/:/usr/bin/labctl-switch\n"
    )
    assert (tmp_path / "shadow").read_text() == ("root:*:1::::::\nb:$y$other:20000:0:99999:7:::\n")
    assert (tmp_path / "shadow").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "group").read_text() == "root:x:0:\nlabctl-switch:x:2000:\n"

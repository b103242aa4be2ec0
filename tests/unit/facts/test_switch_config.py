"""Configurations of the switch: what no show command prints."""

from ipaddress import IPv4Address

import pytest

from checks.device_admin.facts import parse_config
from checks.routing.facts.svis import parse_dynamic, parse_svis, refuse_unknown_svis
from checks.switching.facts.config_text import read_config
from checks.switching.facts.running import split_sections
from labctl.facts.probe import NotUnderstood

RUNNING = """\
Building configuration...

Current configuration : 412 bytes
! Last configuration change at 10:11:12 UTC Tue Jan 6 2026 by admin
version 15.2
hostname SW-ARU-01
username admin privilege 15 secret 9 $9$abc
ip routing
interface GigabitEthernet1/0/5
 description ARU-B1-P1-05
 switchport mode access
interface Vlan10
 ip address 10.0.0.1 255.255.255.224
 ip address 10.0.1.1 255.255.255.0 secondary
 ip helper-address 10.21.255.1
 ip helper-address global 10.21.255.9
interface Vlan20
 no ip address
line vty 0 4
 access-class ADMINS in
 transport input ssh
line vty 5 15
 transport input all
ntp server 10.21.20.10 prefer
end
"""
ABSENT = "startup-config is not present\n"


def test_sections_hold_what_is_below_them() -> None:
    sections = split_sections(read_config(RUNNING).lines)

    assert sections["interface GigabitEthernet1/0/5"] == (
        "description ARU-B1-P1-05",
        "switchport mode access",
    )
    assert {vid: str(ip) for vid, ip in parse_svis(sections).items()} == {10: "10.0.0.1/27"}


def test_relays_time_servers_and_lines_are_read() -> None:
    config = parse_config(RUNNING, ABSENT)

    assert config.relays == {10: {IPv4Address("10.21.255.1"), IPv4Address("10.21.255.9")}}
    assert config.ntp == {"10.21.20.10"}
    assert config.vty_transports == {"ssh", "telnet"}
    assert config.vty_access_class == ""
    assert config.hostname == "SW-ARU-01"


def test_what_changes_by_itself_is_left_out() -> None:
    other = RUNNING.replace("412 bytes", "413 bytes").replace("10:11:12", "11:12:13")

    assert parse_config(RUNNING, RUNNING) == parse_config(other, other)


def test_a_missing_startup_is_none_and_a_saved_one_equal() -> None:
    saved = RUNNING.replace("Building configuration...\n", "Using 412 out of 524288 bytes\n")

    assert parse_config(RUNNING, ABSENT).startup is None
    assert parse_config(RUNNING, saved).startup == parse_config(RUNNING, saved).running


def test_a_secret_is_hidden_and_another_one_still_told_apart() -> None:
    config = parse_config(RUNNING, RUNNING.replace("$9$abc", "$9$other"))

    assert "$9$" not in "".join((*config.running, *(config.startup or ())))
    assert config.running != config.startup


@pytest.mark.parametrize(
    "banner",
    [
        "banner motd ^CAcces reserve^C",
        "banner motd #Acces reserve#",
        "banner login ^C\nAcces reserve\n^C",
    ],
)
def test_a_banner_is_read_on_one_line_or_several(banner: str) -> None:
    assert parse_config(f"hostname S\n{banner}\nend\n", ABSENT).banner == "Acces reserve"


def test_the_banner_that_is_asked_is_read_whatever_the_others_are() -> None:
    banners = "banner exec ^Cbonjour^C\nbanner login ^Cnon^C\nbanner motd ^C\nAcces reserve\n^C"
    config = parse_config(f"hostname S\n{banners}\nend\n", ABSENT)

    assert config.banner == "Acces reserve"
    assert config.banners == {"Acces reserve", "non", "bonjour"}


def test_a_banner_that_is_not_displayed_to_who_comes_in_is_none() -> None:
    banners = "banner incoming ^CAcces reserve^C\nbanner slip-ppp ^CAcces reserve^C"

    assert not parse_config(f"hostname S\n{banners}\nend\n", ABSENT).banners


def test_two_secrets_that_were_exchanged_are_a_change() -> None:
    """Each of the two is known to the other configuration."""
    first = "hostname S\nusername a secret 9 $9$x\nusername b secret 9 $9$y\nend\n"
    second = "hostname S\nusername a secret 9 $9$y\nusername b secret 9 $9$x\nend\n"
    config = parse_config(first, second)

    assert config.running != config.startup


def test_an_interface_that_no_table_knows_was_written_by_a_free_text() -> None:
    sections = split_sections(read_config(RUNNING).lines)

    refuse_unknown_svis(sections, {1, 10, 20})
    with pytest.raises(NotUnderstood, match="Vlan20"):
        refuse_unknown_svis(sections, {1, 10})


def test_a_banner_that_tells_of_no_startup_hides_none() -> None:
    saved = "hostname S\nbanner motd ^C\nstartup-config is not present\n^C\nend\n"

    assert parse_config(saved, saved).startup == parse_config(saved, saved).running


def test_addresses_that_are_borrowed_or_given_are_told_from_those_that_were_set() -> None:
    sections = split_sections(
        read_config(
            "interface Loopback0\n ip address 10.0.9.1 255.255.255.255\n"
            "interface Vlan10\n ip address dhcp\n"
            "interface Vlan20\n ip unnumbered Loopback0\n"
            "interface Vlan30\n ip unnumbered GigabitEthernet1/0/1\n"
            "interface Vlan40\n no ip address\n"
            "interface Vlan50\n ip unnumbered Vlan10\nend\n"
        ).lines
    )

    assert {vid: str(ip) for vid, ip in parse_svis(sections).items()} == {20: "10.0.9.1/32"}
    assert parse_dynamic(sections) == {10, 50}


@pytest.mark.parametrize("text", ["", "\n\n", "frr version 10.3\n"])
def test_a_text_that_is_no_configuration_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_config(text, ABSENT)


def test_an_empty_startup_that_does_not_say_so_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        parse_config(RUNNING, "\n")


@pytest.mark.parametrize(
    ("running", "startup"), [(RUNNING[:200], RUNNING), (RUNNING, RUNNING[:200])]
)
def test_a_configuration_that_was_cut_is_none(running: str, startup: str) -> None:
    """A banner may hold the prompt, and the switch pause after it: what came is not all."""
    with pytest.raises(NotUnderstood, match="end"):
        parse_config(running, startup)

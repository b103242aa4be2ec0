"""Sections of a device configuration, compared."""

import pytest

from labctl.configure.ios import find_missing, format_vlans, is_saved, parse

RUNNING = """\
Building configuration...

Current configuration : 1234 bytes
!
hostname Switch
!
username admin privilege 15 secret 9 $9$abcdef
!
ip routing
!
vlan 10
 name ADMIN
!
interface GigabitEthernet1/0/5
 switchport access vlan 30
 switchport mode access
!
interface GigabitEthernet1/0/9
 switchport trunk allowed vlan 10,30-32,40
 switchport mode trunk
 shutdown
!
ip access-list extended INVITES
 10 permit udp any any eq bootps
 20 deny ip any 10.21.10.0 0.0.0.31
!
banner motd ^CAcces reserve^C
!
end
"""


def test_nothing_is_sent_when_everything_is_there() -> None:
    assert find_missing(RUNNING, RUNNING) == ()


def test_a_missing_line_is_sent_below_its_section() -> None:
    wanted = "interface GigabitEthernet1/0/5\n description ARU-B1-P1-05\n switchport mode access\n"

    assert find_missing(wanted, RUNNING) == (
        "interface GigabitEthernet1/0/5",
        " description ARU-B1-P1-05",
    )


def test_a_new_section_is_sent_whole() -> None:
    assert find_missing("vlan 20\n name SERVEURS\n", RUNNING) == ("vlan 20", " name SERVEURS")


def test_a_top_level_line_that_differs_is_sent() -> None:
    assert find_missing("hostname SW-ARU-01\n", RUNNING) == ("hostname SW-ARU-01",)


def test_a_negation_is_sent_only_when_the_line_is_there() -> None:
    wanted = "interface GigabitEthernet1/0/{}\n no shutdown\n"

    assert find_missing(wanted.format(5), RUNNING) == ()
    assert find_missing(wanted.format(9), RUNNING) == (
        "interface GigabitEthernet1/0/9",
        " no shutdown",
    )


def test_a_negation_meets_a_line_with_arguments() -> None:
    assert find_missing("no banner motd\n", RUNNING) == ("no banner motd",)
    assert find_missing("no banner login\n", RUNNING) == ()


@pytest.mark.parametrize("ids", ["10,30-32,40", "10,30,31,32,40", "40,10,30-32"])
def test_vlan_lists_are_compared_as_sets(ids: str) -> None:
    wanted = f"interface GigabitEthernet1/0/9\n switchport trunk allowed vlan {ids}\n"

    assert find_missing(wanted, RUNNING) == ()


def test_a_banner_is_compared_without_its_delimiter() -> None:
    assert find_missing("banner motd #Acces reserve#\n", RUNNING) == ()
    assert find_missing("banner motd #Bonjour#\n", RUNNING) == ("banner motd #Bonjour#",)


def test_a_hashed_secret_counts_as_there() -> None:
    assert find_missing("username admin privilege 15 secret clair\n", RUNNING) == ()


def test_an_access_list_in_another_order_is_written_again() -> None:
    wanted = (
        "ip access-list extended INVITES\n"
        " deny ip any 10.21.10.0 0.0.0.31\n"
        " permit udp any any eq bootps\n"
    )

    assert find_missing(wanted, RUNNING) == (
        "no ip access-list extended INVITES",
        "ip access-list extended INVITES",
        " deny ip any 10.21.10.0 0.0.0.31",
        " permit udp any any eq bootps",
    )


def test_an_access_list_is_compared_without_sequence_numbers() -> None:
    wanted = (
        "ip access-list extended INVITES\n"
        " permit udp any any eq bootps\n"
        " deny ip any 10.21.10.0 0.0.0.31\n"
    )

    assert find_missing(wanted, RUNNING) == ()


def test_saved_means_equal_but_for_volatile_lines() -> None:
    startup = RUNNING.replace("Current configuration : 1234 bytes", "Using 1234 out of 5000 bytes")

    assert is_saved(RUNNING, startup)
    assert not is_saved(RUNNING, startup.replace("vlan 30", "vlan 31"))


def test_a_compressed_configuration_is_saved_all_the_same() -> None:
    assert is_saved(RUNNING, f"Uncompressed configuration from 600 bytes to 1234 bytes\n{RUNNING}")


def test_a_device_without_startup_configuration_is_not_saved() -> None:
    assert not is_saved(RUNNING, "startup-config is not present\n")


def test_comments_are_no_sections() -> None:
    assert parse("!\nhostname a\n! note\n") == {"hostname a": ()}


def test_two_ids_in_a_row_are_a_list_and_three_a_range() -> None:
    assert format_vlans({10, 11}) == "10,11"
    assert format_vlans({1, 2, 3, 7}) == "1-3,7"

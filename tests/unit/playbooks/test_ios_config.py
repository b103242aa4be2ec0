"""Lines that an IOS-like device lacks: texts of devices, compared."""

import pytest

from tests.plans import ROOT, plan_of
from tests.solutions import contributed
from tests.unit.playbooks.test_modules import load

ios = load("library", "labctl_ios_config")
RECORDINGS = ROOT / "tests" / "recordings" / "device_admin.SwitchConfig"

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


def find_missing(wanted: str, running: str) -> list[str]:
    return list(ios.find_missing([wanted], running))


def recorded(case: str) -> str:
    return (RECORDINGS / case / "output-1.txt").read_text("utf-8")


def render_solution() -> list[str]:
    return [part["content"] for part in contributed(plan_of(1), "commutateur")["lines"]]


def test_a_solved_switch_lacks_nothing_of_the_solution() -> None:
    assert list(ios.find_missing(render_solution(), recorded("solved"))) == []


DRIFTS: dict[str, tuple[tuple[str, str], list[str]]] = {
    "a description": (
        ("ARU-B1-P1-05", "prise du bureau"),
        ["interface GigabitEthernet1/0/5", "  description ARU-B1-P1-05"],
    ),
    "a port that is down": (
        (" switchport access vlan 30\n", " switchport access vlan 30\n shutdown\n"),
        ["interface GigabitEthernet1/0/5", "  no shutdown"],
    ),
    "an entry too many in a list": (
        ("VISITEURS\n", "VISITEURS\n 5 permit ip any any\n"),
        [
            "no ip access-list extended VISITEURS",
            "ip access-list extended VISITEURS",
            "  10 permit udp any any eq bootps",
            "  20 deny ip any 10.21.10.0 0.0.0.31",
            "  30 deny ip any 10.21.30.0 0.0.0.255",
            "  40 deny ip any 10.21.20.0 0.0.0.63",
            "  50 permit ip any any",
        ],
    ),
    "another banner": (
        ("motd ^CAcces reserve SARL", "motd ^CBienvenue chez"),
        ["banner motd ^CAcces reserve SARL Moana Nautic^C"],
    ),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_drift_is_mended_by_its_own_lines(drift: str) -> None:
    (old, new), lines = DRIFTS[drift]
    running = recorded("solved")
    assert running.count(old) >= 1

    assert list(ios.find_missing(render_solution(), running.replace(old, new, 1))) == lines


def test_a_real_router_is_understood_and_keeps_what_nobody_names() -> None:
    running = recorded("csr1000v")

    assert find_missing(running, running) == []
    assert find_missing("hostname R2\n", running) == ["hostname R2"]


def test_sections_that_several_topics_name_are_one() -> None:
    wanted = ["vlan 20\n name SERVEURS\n", "vlan 20\nhostname SW\n", "vlan 20\n name SERVEURS\n"]

    assert list(ios.find_missing(wanted, RUNNING)) == ["vlan 20", "  name SERVEURS", "hostname SW"]


def test_nothing_is_sent_when_everything_is_there() -> None:
    assert find_missing(RUNNING, RUNNING) == []


def test_a_missing_line_is_sent_below_its_section() -> None:
    wanted = "interface GigabitEthernet1/0/5\n description ARU-B1-P1-05\n switchport mode access\n"

    assert find_missing(wanted, RUNNING) == [
        "interface GigabitEthernet1/0/5",
        "  description ARU-B1-P1-05",
    ]


def test_a_new_section_is_sent_whole() -> None:
    assert find_missing("vlan 20\n name SERVEURS\n", RUNNING) == ["vlan 20", "  name SERVEURS"]


def test_a_top_level_line_that_differs_is_sent() -> None:
    assert find_missing("hostname SW-ARU-01\n", RUNNING) == ["hostname SW-ARU-01"]


def test_a_negation_is_sent_only_when_the_line_is_there() -> None:
    wanted = "interface GigabitEthernet1/0/{}\n no shutdown\n"

    assert find_missing(wanted.format(5), RUNNING) == []
    assert find_missing(wanted.format(9), RUNNING) == [
        "interface GigabitEthernet1/0/9",
        "  no shutdown",
    ]


def test_a_negation_meets_a_line_with_arguments() -> None:
    wanted = "interface GigabitEthernet1/0/{}\n no switchport trunk\n"

    assert find_missing(wanted.format(5), RUNNING) == []
    assert find_missing(wanted.format(9), RUNNING) == [
        "interface GigabitEthernet1/0/9",
        "  no switchport trunk allowed vlan 10,30,31,32,40",
    ]


@pytest.mark.parametrize("ids", ["10,30-32,40", "10,30,31,32,40", "40,10,30-32"])
def test_vlan_lists_are_compared_as_sets(ids: str) -> None:
    wanted = f"interface GigabitEthernet1/0/9\n switchport trunk allowed vlan {ids}\n"

    assert find_missing(wanted, RUNNING) == []


def test_a_banner_is_compared_without_its_delimiter() -> None:
    assert find_missing("banner motd #Acces reserve#\n", RUNNING) == []
    assert find_missing("banner motd #Bonjour#\n", RUNNING) == ["banner motd ^CBonjour^C"]


def test_an_account_is_there_whatever_its_hash() -> None:
    running = ios.load(RUNNING)

    assert not ios.has_no(running, "username admin privilege 15 secret ")
    assert ios.has_no(running, "username adm privilege 15 secret ")


def test_a_banner_of_several_lines_is_one() -> None:
    wanted = "banner login ^C\n  Ici  l'atelier\nvlan 99\n^C\n"

    assert find_missing(wanted, RUNNING) == ["banner login ^C\n  Ici  l'atelier\nvlan 99\n^C"]
    assert find_missing(wanted, RUNNING + wanted) == []


def test_an_access_list_in_another_order_is_written_again() -> None:
    wanted = (
        "ip access-list extended INVITES\n"
        " deny ip any 10.21.10.0 0.0.0.31\n"
        " permit udp any any eq bootps\n"
    )

    assert find_missing(wanted, RUNNING) == [
        "no ip access-list extended INVITES",
        "ip access-list extended INVITES",
        "  10 deny ip any 10.21.10.0 0.0.0.31",
        "  20 permit udp any any eq bootps",
    ]


def test_an_access_list_is_compared_without_sequence_numbers() -> None:
    wanted = (
        "ip access-list extended INVITES\n"
        " permit udp any any eq bootps\n"
        " deny ip any 10.21.10.0 0.0.0.31\n"
    )

    assert find_missing(wanted, RUNNING) == []


def test_saved_means_equal_but_for_volatile_lines() -> None:
    startup = RUNNING.replace("Current configuration : 1234 bytes", "Using 1234 out of 5000 bytes")

    assert ios.is_saved(RUNNING, startup)
    assert not ios.is_saved(RUNNING, startup.replace("vlan 30", "vlan 31"))


def test_a_compressed_configuration_is_saved_all_the_same() -> None:
    assert ios.is_saved(
        RUNNING, f"Uncompressed configuration from 600 bytes to 1234 bytes\n{RUNNING}"
    )


def test_a_device_without_startup_configuration_is_not_saved() -> None:
    assert not ios.is_saved(RUNNING, "startup-config is not present\n")

"""Facts of the workstation, whichever tool the candidate chose."""

import json
from ipaddress import IPv4Address
from typing import Any

import pytest

from checks.installation.demand import Installation
from checks.installation.facts.linux import parse_zone
from labctl.facts.probe import NotUnderstood
from tests.plans import asking, plan_of
from tests.probes import probe_of
from tests.unit.facts.answering import answer_to

PLAN = plan_of(1)
ADDRESSING = probe_of("Addressing")
CHANNEL = probe_of("SecureChannel")
MEMBERSHIP = probe_of("Membership")
IDENTITY = probe_of("Identity")
SYSTEM = probe_of("LinuxSystem")
ADDRESS = {"family": "inet", "local": "10.21.30.110", "prefixlen": 24}
LINK = {
    "flags": ["UP", "LOWER_UP"],
    "address": "02:4C:42:01:07:00",
    "addr_info": [ADDRESS],
}


def addressing(
    link: dict[str, Any] = LINK,
    routes: str = "",
    resolv: str = "",
    resolved: str = "",
    processes: str = "",
    configuration: str = "",
) -> Any:
    texts = (json.dumps([link]), routes, resolv, resolved, processes, configuration)
    questions = ADDRESSING.ask(PLAN)
    answers = tuple(answer_to(q, text, 0) for q, text in zip(questions, texts, strict=True))
    return ADDRESSING.parse(PLAN, answers)


def test_a_static_address_is_not_dhcp() -> None:
    fact = addressing(configuration="iface eth0 inet static\niface eth1 inet dhcp\n")

    assert (fact.is_dhcp, str(fact.addresses[0]), fact.mac, fact.is_up) == (
        False,
        "10.21.30.110/24",
        "02:4c:42:01:07:00",
        True,
    )


@pytest.mark.parametrize(
    "processes",
    [
        "/sbin/dhclient -pf /run/dhclient.eth0.pid eth0\n",
        "udhcpc -b -p /run/udhcpc.eth0.pid -i eth0\n",
        "/usr/bin/busybox udhcpc -i eth0\n",
        "dhcpcd: [manager] [ip4]\n",
    ],
)
def test_a_client_that_runs_for_the_card_is_dhcp(processes: str) -> None:
    assert addressing(processes=processes).is_dhcp


IPV6 = {"family": "inet6", "local": "2001:db8::110", "prefixlen": 64}


@pytest.mark.parametrize("lease", [{"dynamic": True, "mngtmpaddr": True}, {"dynamic": True}])
def test_an_address_of_ipv6_that_was_given_is_not_dhcp(lease: dict[str, bool]) -> None:
    """By announcements of a router (RFC 4862) or by DHCPv6: the address of IPv4 was typed."""
    fact = addressing({**LINK, "addr_info": [ADDRESS, {**IPV6, **lease}]})

    assert (fact.is_dhcp, [str(one) for one in fact.addresses]) == (False, ["10.21.30.110/24"])


@pytest.mark.parametrize(
    "processes", ["/sbin/dhclient -6 -pf /run/dhclient6.eth0.pid eth0\n", "dhcpcd -6 eth0\n"]
)
def test_a_client_of_ipv6_is_not_dhcp(processes: str) -> None:
    assert not addressing(processes=processes).is_dhcp


def test_a_client_of_another_card_is_not_dhcp() -> None:
    assert not addressing(processes="udhcpc -i eth1\nvi dhclient eth0\n").is_dhcp


@pytest.mark.parametrize(
    "configuration",
    [
        "auto eth0\niface eth0 inet dhcp\n",
        "[Network]\nDHCP=yes\n",
        "  iface eth0  inet dhcp # ok\n",
    ],
)
def test_a_configuration_that_asks_is_dhcp(configuration: str) -> None:
    assert addressing(configuration=configuration).is_dhcp


def test_an_address_with_a_lifetime_is_dhcp() -> None:
    leased = {**LINK, "addr_info": [{**ADDRESS, "dynamic": True}]}

    assert addressing(leased).is_dhcp


def test_the_gateway_is_that_of_the_least_metric() -> None:
    routes = json.dumps([{"gateway": "10.0.0.9", "metric": 200}, {"gateway": "10.0.0.1"}])

    assert addressing(routes=routes).gateway == IPv4Address("10.0.0.1")


def test_resolvers_behind_the_stub_are_the_real_ones() -> None:
    fact = addressing(
        resolv="# stub\nnameserver 127.0.0.53\n",
        resolved="nameserver 10.21.20.10\nnameserver fe80::1\n",
    )

    assert fact.dns == (IPv4Address("10.21.20.10"),)


@pytest.mark.parametrize("local", ["127.0.0.1", "127.0.0.53", "127.0.0.54"])
def test_a_resolver_of_the_workstation_stands_for_those_it_asks(local: str) -> None:
    fact = addressing(
        resolv=f"nameserver {local}\n",
        resolved="nameserver 10.21.20.10\n# NetworkManager\nnameserver 10.21.20.10\n",
    )

    assert fact.dns == (IPv4Address("10.21.20.10"),)


def test_a_resolver_of_the_workstation_that_names_nobody_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="DNS local"):
        addressing(resolv="nameserver 127.0.0.1\n")


def test_a_local_resolver_beside_another_hides_nothing() -> None:
    fact = addressing(resolv="nameserver 127.0.0.1\nnameserver 198.51.100.53\n")

    assert fact.dns == (IPv4Address("127.0.0.1"), IPv4Address("198.51.100.53"))


def test_a_card_that_does_not_answer_is_not_understood() -> None:
    questions = ADDRESSING.ask(PLAN)

    with pytest.raises(NotUnderstood):
        ADDRESSING.parse(PLAN, tuple(answer_to(q, "", 1) for q in questions))


def answered(probe: Any, *texts: tuple[str, int]) -> Any:
    questions = probe.ask(PLAN)
    return probe.parse(
        PLAN,
        tuple(answer_to(q, text, code) for q, (text, code) in zip(questions, texts, strict=True)),
    )


def test_absent_files_are_empty_strings() -> None:
    names = answered(IDENTITY, ("poste\n", 0), ("", 1))
    system = answered(SYSTEM, ("", 1), ("", 1), ("", 1), ("", 2))

    assert (names.running_name, names.static_name) == ("poste", "")
    assert (system.os_id, system.timezone, system.has_data_dir) == ("", "", False)


def test_a_name_is_the_first_line_that_is_no_comment() -> None:
    names = answered(IDENTITY, ("MN-PC-01\n", 0), ("# nom du poste\nMN-PC-01\n", 0))

    assert names.static_name == "MN-PC-01"


def test_a_system_says_what_it_is_with_or_without_quotes() -> None:
    fact = answered(
        SYSTEM,
        ('NAME="Debian \\"13\\""\nID=debian\nVERSION_ID="13"\nBROKEN="\n', 0),
        ("../usr/share/zoneinfo/Pacific/Tahiti\n", 0),
        ("", 0),
        ("", 0),
    )

    assert (fact.os_id, fact.os_version) == ("debian", "13")
    assert (fact.timezone, fact.has_data_dir) == ("Pacific/Tahiti", True)


@pytest.mark.parametrize(("differs", "zone"), [(0, "Pacific/Tahiti"), (1, ""), (2, ""), (127, "")])
def test_a_copy_of_a_zone_is_that_zone(differs: int, zone: str) -> None:
    fact = answered(SYSTEM, ("", 0), ("", 1), ("", 0), ("", differs))

    assert fact.timezone == zone


def test_a_copy_does_not_contradict_the_zone_that_a_link_names() -> None:
    link = ("/usr/share/zoneinfo/Etc/UTC\n", 0)
    fact = answered(SYSTEM, ("", 0), link, ("", 0), ("", 0))

    assert fact.timezone == "Etc/UTC"


KEYTAB = """\
Keytab name: FILE:/etc/krb5.keytab
KVNO Principal
---- --------------------------------------------------------------------------
   2 MN-PC-01$@MOANA.TEST
   2 host/MN-PC-01@MOANA.TEST
"""
SAMBA = "[global]\n\trealm = MOANA.TEST\n\tsecurity = ADS\n\tworkgroup = MOANA\n"
SID = "SID for domain MOANA is: S-1-5-21-1-2-3\n"
NOTHING = ("", 1)
MISSING = ("", 127)


def membership(
    keytab: tuple[str, int] = NOTHING,
    sid: tuple[str, int] = NOTHING,
    testparm: tuple[str, int] = NOTHING,
    info: tuple[str, int] = NOTHING,
) -> Any:
    return answered(MEMBERSHIP, keytab, sid, testparm, ("mn-pc-01\n", 0), info)


@pytest.mark.parametrize(
    ("link", "zone"),
    [
        ("/usr/share/zoneinfo/Pacific/Tahiti", "Pacific/Tahiti"),
        ("../usr/share/zoneinfo/Etc/UTC", "Etc/UTC"),
        ("/opt/zoneinfo/Pacific/Tahiti", ""),
        ("/usr/share/zoneinfo/../../../opt/zoneinfo/Pacific/Tahiti", ""),
        ("Pacific/Tahiti", ""),
        ("", ""),
    ],
)
def test_a_zone_is_a_file_of_the_zones(link: str, zone: str) -> None:
    assert parse_zone(link) == zone


def test_a_member_by_adcli_is_known_by_its_keytab() -> None:
    fact = membership((KEYTAB, 0), info=("[domain]\ndomain-short = MOANA\n", 0))

    assert (fact.realm, fact.account, fact.workgroup) == ("MOANA.TEST", "MN-PC-01$", "MOANA")


def test_a_member_by_samba_is_known_without_a_keytab() -> None:
    fact = membership(sid=(SID, 0), testparm=(SAMBA, 0))

    assert (fact.realm, fact.account, fact.workgroup) == ("MOANA.TEST", "MN-PC-01$", "MOANA")


def test_a_configuration_alone_makes_no_member() -> None:
    fact = membership(testparm=(SAMBA, 0))

    assert (fact.realm, fact.account) == ("", "")


def test_one_tool_that_gets_through_is_enough() -> None:
    fact = answered(CHANNEL, MISSING, ("Join is OK", 0))

    assert (fact.works, fact.detail) == (True, "Join is OK")


def test_a_broken_channel_says_what_the_tool_said() -> None:
    fact = answered(CHANNEL, NOTHING, ("Join is not valid", 255))

    assert (fact.works, fact.detail) == (False, "Join is not valid")


def test_without_any_tool_the_channel_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        answered(CHANNEL, MISSING, MISSING)


def test_a_system_is_read_where_nothing_is_asked_of_a_linux() -> None:
    nothing = PLAN.demand(Installation).model_copy(update={"linux": None})
    plan = asking(PLAN, nothing)
    texts = ["ID=debian", "/usr/share/zoneinfo/Etc/UTC", "", ""]
    answers = (answer_to(q, text, 0) for q, text in zip(SYSTEM.ask(plan), texts, strict=True))
    found = SYSTEM.parse(plan, tuple(answers))
    assert (found.os_id, found.timezone) == ("debian", "Etc/UTC")

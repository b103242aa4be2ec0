"""Checks of a box: right in every variant, wrong when nothing is done, whatever way is taken."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from checks.dhcp.facts.offers import DhcpOffers
from checks.internet.demand import InternetAccess
from checks.internet.facts.login import Login
from checks.wireless.facts import Offered, Radio, from_hostapd
from labctl.api import NodeName
from labctl.connect.base import Answer
from labctl.core.verdict import Verdict
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from tests.box_facts import box_evidence, box_plan, box_solved, box_untouched
from tests.facts import Facts
from tests.network import page_of

SEVEN = choose_checks("tai", ["7"])
JUDGED = frozenset(
    f"K-{n:03d}" for n in (*range(91, 98), 99, 100, 101, 102, 103, 104, 106, *range(135, 139))
)


def verdicts_on(facts: Facts, bench: int = 1) -> dict[str, Verdict]:
    """Judge one bench."""
    (found,) = judge([box_evidence(box_plan(bench), facts)], SEVEN)
    return {str(one.check): one.verdict for one in found.verdicts}


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_solved_bench_conforms(bench: int) -> None:
    found = verdicts_on(box_solved(bench), bench)
    assert found == dict.fromkeys(JUDGED, Verdict.CONFORM)


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_untouched_bench_conforms_in_nothing(bench: int) -> None:
    found = verdicts_on(box_untouched(bench), bench)
    assert found.keys() == JUDGED
    assert set(found.values()) == {Verdict.NON_CONFORM, Verdict.BLOCKED}


def changed(**values: Any) -> Callable[[Offered], Offered]:
    """Return what makes one wireless network another."""
    return lambda one: replace(one, **values)


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("K-100", changed(addresses=())),
        ("K-100", changed(is_hidden=True)),
        ("K-101", changed(protections=frozenset())),
        ("K-101", changed(protections=frozenset({"WPA", "WPA2"}))),
        ("K-101", changed(ciphers=frozenset({"CCMP", "TKIP"}))),
        ("K-101", changed(has_wps=True)),
        ("K-102", changed(keys=frozenset())),
        ("K-103", changed(admitted=None, is_isolated=False)),
        ("K-104", changed(channel=13)),
        ("K-104", changed(country="US")),
    ],
)
def test_what_is_wrong_with_the_radio_is_wrong_for_its_check_alone(
    check: str, change: Callable[[Offered], Offered]
) -> None:
    facts = box_solved()
    wrong = {**facts, Radio: Radio(tuple(map(change, facts[Radio].networks)))}
    found = verdicts_on(wrong)
    failed = {name for name, verdict in found.items() if verdict is Verdict.NON_CONFORM}
    assert failed == {check}


@pytest.mark.parametrize(("check", "for_visitors"), [("K-135", False), ("K-136", True)])
def test_a_network_without_addresses_is_wrong_for_its_own_check(
    check: str, *, for_visitors: bool
) -> None:
    facts = box_solved()
    visitors = set(box_plan().demand(InternetAccess).firewall.isolated)
    silent = {
        name: () if (name in visitors) == for_visitors else offers
        for name, offers in facts[DhcpOffers].offers.items()
    }
    listening: dict[NodeName, bool | None] = {NodeName("box"): False}
    found = verdicts_on({**facts, DhcpOffers: DhcpOffers(silent, listens=listening)})
    failed = {name for name, verdict in found.items() if verdict is Verdict.NON_CONFORM}
    assert failed & {"K-135", "K-136"} == {check}


@pytest.mark.parametrize(
    ("anonymous", "factory", "tried", "verdict"),
    [
        (401, 401, (200,), Verdict.CONFORM),
        (401, 401, (401, 200), Verdict.CONFORM),
        (401, 401, (401,), Verdict.NON_CONFORM),
        (401, 401, (401, 401), Verdict.NON_CONFORM),
        (401, 200, (401,), Verdict.NON_CONFORM),
        (401, 200, (200,), Verdict.NON_CONFORM),
        (200, 200, (200,), Verdict.NON_CONFORM),
        (401, 401, (), Verdict.UNVERIFIABLE),
        (401, 401, (401, 0), Verdict.UNVERIFIABLE),
        (401, 401, (403,), Verdict.UNVERIFIABLE),
        (500, 401, (401,), Verdict.UNVERIFIABLE),
        (0, 0, (0,), Verdict.UNVERIFIABLE),
    ],
)
def test_the_page_lets_in_the_password_of_the_subject_and_not_the_factory_s(
    anonymous: int, factory: int, tried: tuple[int, ...], verdict: Verdict
) -> None:
    page = page_of(box_plan())
    found = verdicts_on({**box_solved(), Login: Login(anonymous, factory, {page.password: tried})})
    assert found["K-096"] is verdict


def test_a_key_that_cannot_be_compared_proves_nothing() -> None:
    facts = box_solved()
    unknown = Radio(tuple(replace(one, keys=None) for one in facts[Radio].networks))
    assert verdicts_on({**facts, Radio: unknown})["K-102"] is Verdict.UNVERIFIABLE


def radio_of(
    *files: str,
    lists: dict[str, str] | None = None,
    keys: Sequence[list[list[int] | None]] = (),
    cards: Sequence[Mapping[str, object]] = (),
) -> Radio:
    """Return what is read of files of hostapd, whose cards are in the bridge of the network."""
    named = {f"/run/hostapd/{rank}.conf": text for rank, text in enumerate(files)}
    document = {
        "files": named,
        "lists": lists or {},
        "keys": dict(zip(named, keys, strict=False)),
    }
    held = [{"family": "inet6", "local": "fe80::1"}, {"family": "inet", "local": "192.168.18.1"}]
    shown = cards or [
        {"ifname": "wlan0", "master": "lan0"},
        {"ifname": "lan0", "addr_info": held},
    ]
    reading = from_hostapd(box_plan(), NodeName("box"))
    questions = next(reading)
    outputs = (json.dumps(document), json.dumps(shown))
    answers = tuple(
        Answer(question, output.encode(), 0, None, "2026-01-01T00:00:00Z", 0.1)
        for question, output in zip(questions, outputs, strict=True)
    )
    with pytest.raises(StopIteration) as stop:
        reading.send(answers)
    return stop.value.value  # type: ignore[no-any-return]


SAFE = "interface=wlan0\nssid=X\nwpa=2\n"


@pytest.mark.parametrize(
    ("text", "protections", "ciphers"),
    [
        (SAFE + "wpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\n", {"WPA2"}, {"CCMP"}),
        (SAFE + "rsn_pairwise=CCMP\n", {"WPA2"}, {"CCMP"}),
        (SAFE + "wpa_pairwise=CCMP\n", {"WPA2"}, {"CCMP"}),
        (SAFE, {"WPA2"}, {"TKIP"}),
        (SAFE + "wpa_key_mgmt=SAE\nrsn_pairwise=CCMP\n", {"WPA3"}, {"CCMP"}),
        (SAFE + "wpa_key_mgmt=WPA-PSK-SHA256 SAE\nrsn_pairwise=CCMP", {"WPA2", "WPA3"}, {"CCMP"}),
        ("interface=wlan0\nssid=X\nwpa=3\nrsn_pairwise=CCMP", {"WPA", "WPA2"}, {"TKIP", "CCMP"}),
        ("interface=wlan0\nssid=X\n", set(), set()),
        ("interface=wlan0\nssid=X\nwep_key0=***\n", {"WEP"}, set()),
    ],
)
def test_protection_is_read_as_hostapd_takes_it(
    text: str, protections: set[str], ciphers: set[str]
) -> None:
    (one,) = radio_of(text).networks
    assert (set(one.protections), set(one.ciphers)) == (protections, ciphers)


STAFF, VISITORS = "${secret:wifi_perso}", "${secret:wifi_invites}"


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ([[0]], {STAFF}),
        ([[0], [0]], {STAFF}),
        ([[0, 1]], {STAFF, VISITORS}),
        ([[1]], {VISITORS}),
        ([[0], [1]], set()),
        ([[]], set()),
        ([], set()),
        ([[0], []], set()),
        ([[0], None], None),
    ],
)
def test_the_keys_of_a_network_are_those_that_each_way_in_takes(
    keys: list[list[int] | None], named: set[str] | None
) -> None:
    assert radio_of("interface=wlan0\nssid=X\n", keys=[keys]).networks[0].keys == named


def test_the_key_of_another_network_is_a_wrong_one() -> None:
    facts = box_solved()
    swapped = [replace(one, keys=frozenset({VISITORS})) for one in facts[Radio].networks]
    assert verdicts_on({**facts, Radio: Radio(tuple(swapped))})["K-102"] is Verdict.NON_CONFORM


def test_the_keys_are_named_where_they_are_to_be_read() -> None:
    (question, _shown) = next(from_hostapd(box_plan(), NodeName("box")))
    assert question.body["stdin"] == (STAFF, VISITORS)


def test_a_list_of_cards_counts_when_it_is_asked_for() -> None:
    lists = {"/etc/hostapd/ok": "# tablette\n02:00:00:A0:00:01 commentaire\n"}
    listed = "accept_mac_file=/etc/hostapd/ok\n"
    open_to_all, filtered = radio_of(
        SAFE + listed, SAFE + listed + "macaddr_acl=1\n", lists=lists
    ).networks
    assert open_to_all.admitted is None
    assert filtered.admitted == frozenset({"02:00:00:a0:00:01"})


@pytest.mark.parametrize("line", ['ssid2="Café"', "ssid2=436166c3a9", 'ssid2=P"Café"'])
def test_a_name_is_read_in_each_of_its_forms(line: str) -> None:
    assert radio_of(f"interface=wlan0\n{line}\n").networks[0].name == "Café"


TAGGED = {"ifname": "eth0.30", "linkinfo": {"info_kind": "vlan", "info_data": {"id": 30}}}


@pytest.mark.parametrize(
    ("bridge", "cards", "vlans"),
    [
        ("br30", [{"ifname": "eth0"}], {30}),
        ("br40", [{"ifname": "eth0"}], {40}),
        ("visiteurs", [{**TAGGED, "master": "visiteurs"}, {"ifname": "visiteurs"}], {30}),
        ("br40", [{**TAGGED, "master": "br40"}, {"ifname": "br40"}], {30}),
        ("br30", [TAGGED, {"ifname": "br30"}], {30}),
        ("br30", [{"ifname": "eth0", "master": "br30"}, {"ifname": "br30"}], set()),
        ("br0", [{"ifname": "eth0", "master": "br0"}, {"ifname": "br0"}], set()),
        ("eth0", [{"ifname": "eth0"}], set()),
    ],
)
def test_a_network_of_an_access_point_leads_to_the_vlan_of_its_bridge(
    bridge: str, cards: list[dict[str, object]], vlans: set[int]
) -> None:
    (one,) = radio_of(SAFE + f"#:bridge={bridge}\n", cards=cards).networks
    assert set(one.vlans) == vlans


def test_what_has_no_effect_here_is_read_all_the_same() -> None:
    (one,) = radio_of(SAFE + "#:country_code=PF\nhw_mode=a\nchannel=36\n").networks
    assert (one.country, one.is_5g, one.channel) == ("PF", True, 36)
    assert [str(address) for address in one.addresses] == ["192.168.18.1"]

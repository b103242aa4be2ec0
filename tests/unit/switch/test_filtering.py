"""Access lists as nftables rules."""

import json

import pytest
from labswitch import filtering
from labswitch.config import Config
from labswitch.filtering import chain_name, parse_matches, script

from tests.unit.switch.switches import EXAMPLE, IDENTITY, configured


def chains_of(config: Config) -> dict[str, list[str]]:
    network = IDENTITY.management_address.network
    return filtering.plan(config, IDENTITY.ports, IDENTITY.management, network)


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("permit ip any any", "counter accept"),
        ("permit udp any any eq bootps", "meta l4proto 17 udp dport { 67 } counter accept"),
        ("permit tcp host 10.0.0.1 any eq 80 443",
         "meta l4proto 6 ip saddr 10.0.0.1 tcp dport { 80, 443 } counter accept"),
        ("permit ip 10.0.0.9 0.0.0.7 any",
         "ip saddr & 255.255.255.248 == 10.0.0.8 counter accept"),
        ("permit ip 10.0.0.1 0.0.255.0 any",
         "ip saddr & 255.255.0.255 == 10.0.0.1 counter accept"),
        ("permit tcp any gt 1023 any lt 100",
         "meta l4proto 6 tcp sport > 1023 tcp dport < 100 counter accept"),
        ("permit udp any any range 10 20", "meta l4proto 17 udp dport 10-20 counter accept"),
        ("permit tcp any any neq 22", "meta l4proto 6 tcp dport != { 22 } counter accept"),
        ("permit icmp any any echo", "meta l4proto 1 icmp type 8 counter accept"),
        ("permit tcp any any established",
         "meta l4proto 6 tcp flags & (ack | rst) != 0 counter accept"),
        ("deny ip any host 10.0.0.1",
         "ip daddr 10.0.0.1 counter reject with icmp admin-prohibited"),
    ],
)  # fmt: skip
def test_an_entry_becomes_a_rule(entry: str, rule: str) -> None:
    config = configured(
        "ip access-list extended A", entry, "interface vlan 1", "ip access-group A in"
    )

    rules = chains_of(config)[chain_name("A", "acl")]

    assert rules == [f'{rule} comment "10"', "counter reject with icmp admin-prohibited"]


def test_a_list_is_applied_where_it_is_asked() -> None:
    chains = chains_of(EXAMPLE)

    assert f'iifname "vlan40" jump {chain_name("INVITES", "acl")}' in chains["prerouting"]


def test_a_list_that_does_not_exist_filters_nothing() -> None:
    config = configured("interface vlan 1", "ip access-group GONE in")

    assert not [rule for rule in chains_of(config)["prerouting"] if "jump" in rule]


def test_an_access_class_resets_connections() -> None:
    config = configured(
        "access-list 10 permit 10.21.10.0 0.0.0.31", "line vty 0 4", "access-class 10 in",
        "transport input ssh",
    )  # fmt: skip

    chains = chains_of(config)

    assert chains["input"][-1] == f"tcp dport {{ 22, 23 }} jump {chain_name('10', 'class')}"
    assert chains[chain_name("10", "class")][-1] == "counter reject with tcp reset"


def test_the_management_network_is_neither_forwarded_nor_reached() -> None:
    chains = chains_of(EXAMPLE)

    assert 'iifname "mgmt0" drop' in chains["forward"]
    assert 'oifname "mgmt0" drop' in chains["forward"]
    assert "ip daddr 198.18.0.0/24 drop" in chains["input"]


def test_a_change_leaves_the_counters_of_other_lists_alone() -> None:
    old = {"input": ["type filter hook input priority 0;", "accept"], "acl_a": ["drop"]}
    new = {"input": ["type filter hook input priority 0;", "accept"], "acl_b": ["accept"]}

    assert script(old, new) == (
        "add table ip labctl\n"
        "add chain ip labctl acl_b\n"
        "flush chain ip labctl acl_a\n"
        "add rule ip labctl acl_b accept\n"
        "delete chain ip labctl acl_a\n"
    )
    assert script(new, new) == ""


def test_matches_are_counted_per_entry() -> None:
    rule = {"chain": chain_name("A", "acl"), "comment": "10", "expr": [{"counter": {"packets": 3}}]}
    text = json.dumps({"nftables": [{"metainfo": {}}, {"rule": rule}, {"rule": {"chain": "x"}}]})

    assert parse_matches(text, {chain_name("A", "acl"): "A"}) == {("A", 10): 3}

"""Network cards of a guest: names by MAC, whatever order the kernel found them in."""

from typing import Any

from labguest import cards

SPEC: dict[str, Any] = {
    "management": {"interface": "mgmt0", "address": "198.18.0.12/24"},
    "interfaces": [
        {"name": "eth0", "mac": "02:00:00:00:00:0A"},
        {"name": "eth1", "mac": "02:00:00:00:00:0b"},
    ],
}
MACS = {"eth0": "02:00:00:00:00:0b", "eth1": "02:00:00:00:00:0a", "eth2": "02:aa:00:00:00:01"}


def test_a_card_has_the_name_of_its_mac_and_the_stranger_is_mgmt0() -> None:
    assert cards.plan_names(SPEC, MACS) == {"eth0": "eth1", "eth1": "eth0", "eth2": "mgmt0"}


def test_two_names_are_exchanged_by_way_of_others() -> None:
    lines = list(cards.list_commands(SPEC, cards.plan_names(SPEC, MACS)))

    assert lines == [
        "link set dev eth0 down name new-eth1",
        "link set dev eth1 down name new-eth0",
        "link set dev eth2 down name new-mgmt0",
        "link set dev new-eth1 name eth1",
        "link set dev new-eth0 name eth0",
        "link set dev new-mgmt0 name mgmt0",
        "link set dev lo up",
        "addr replace 198.18.0.12/24 dev mgmt0",
        "link set dev mgmt0 up",
    ]


def test_cards_that_have_their_names_are_left_alone() -> None:
    names = {"eth0": "eth0", "mgmt0": "mgmt0"}

    assert not [line for line in cards.list_commands(SPEC, names) if " name " in line]


def test_a_machine_without_management_card_brings_up_lo_only() -> None:
    assert list(cards.list_commands(SPEC, {"eth0": "eth0"})) == ["link set dev lo up"]

"""Names of ports as devices write them, and the port of the plan among them."""

import pytest

from checks.switching.facts.port_names import find_port, full_name
from labctl.core.expect import Undecided

PLANNED = "GigabitEthernet1/0/5"


def ports(head: str, first: int, last: int) -> list[str]:
    return [f"{head}{number}" for number in range(first, last + 1)]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Gi1/0/5", "GigabitEthernet1/0/5"),
        ("Gig0/1", "GigabitEthernet0/1"),
        ("Fa0/1", "FastEthernet0/1"),
        ("Te1/1/1", "TenGigabitEthernet1/1/1"),
        ("Tw1/0/1", "TwoGigabitEthernet1/0/1"),
        ("Twe1/0/1", "TwentyFiveGigE1/0/1"),
        ("Fi1/0/1", "FiveGigabitEthernet1/0/1"),
        ("Hu1/0/1", "HundredGigE1/0/1"),
        ("Et0/3", "Ethernet0/3"),
        ("Po1", "Port-channel1"),
        ("GigabitEthernet1/0/5", "GigabitEthernet1/0/5"),
        ("CPU", "CPU"),
        ("Zz1/0/1", "Zz1/0/1"),
    ],
)
def test_port_names_are_written_in_full(short: str, long: str) -> None:
    assert full_name(short) == long


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (ports("GigabitEthernet1/0/", 1, 24), "GigabitEthernet1/0/5"),
        (ports("GigabitEthernet0/", 1, 24), "GigabitEthernet0/5"),
        (
            ports("FastEthernet0/", 1, 24) + ports("GigabitEthernet0/", 1, 2),
            "FastEthernet0/5",
        ),
        (
            ports("TwoGigabitEthernet1/0/", 1, 36) + ports("TenGigabitEthernet1/0/", 37, 48),
            "TwoGigabitEthernet1/0/5",
        ),
        (
            ports("FiveGigabitEthernet1/0/", 1, 8) + ports("TenGigabitEthernet1/1/", 1, 8),
            "FiveGigabitEthernet1/0/5",
        ),
        (
            [*ports("TenGigabitEthernet1/0/", 1, 12), "AppGigabitEthernet1/1/1", "Port-channel1"],
            "TenGigabitEthernet1/0/5",
        ),
        (ports("GigabitEthernet0/", 1, 4), PLANNED),
    ],
    ids=["3850", "2960G", "2960", "9300 mGig", "9300 5G", "9500", "a port too few"],
)
def test_a_port_of_the_plan_is_found_on_a_real_switch(names: list[str], found: str) -> None:
    assert find_port(PLANNED, names) == found


def test_an_uplink_is_not_the_port_of_its_number() -> None:
    """A candidate may take the first port out of the way: the uplink does not become the first."""
    names = ports("FastEthernet0/", 2, 24) + ports("GigabitEthernet0/", 1, 2)

    assert find_port("GigabitEthernet1/0/1", names) == "GigabitEthernet1/0/1"


@pytest.mark.parametrize(
    "names",
    [
        ports("GigabitEthernet0/", 0, 3) + ports("GigabitEthernet1/", 0, 3),
        ports("Ethernet0/", 0, 3),
        ports("GigabitEthernet2/0/", 1, 24),
        ["Vlan10", "Port-channel1"],
        [],
    ],
    ids=["IOSvL2", "IOL", "second of a stack", "no port", "nothing"],
)
def test_a_switch_that_numbers_otherwise_is_not_guessed(names: list[str]) -> None:
    with pytest.raises(Undecided, match="ne se numérotent pas"):
        find_port(PLANNED, names)


def test_a_port_that_the_plan_names_otherwise_is_only_itself() -> None:
    assert find_port("ether5", ["ether5"]) == "ether5"
    with pytest.raises(Undecided):
        find_port("ether5", ports("GigabitEthernet0/", 1, 8))

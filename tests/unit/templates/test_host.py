"""The virtual switches of the room's host, as the plan says them."""

import pytest

from labctl.plan.model import Plan
from tests.plans import plan_of
from tests.unit.templates.programs import load, spec_of

VARIANTS = pytest.mark.parametrize("plan", [plan_of(1), plan_of(2), plan_of(3)], ids="ACB")


def test_a_trunk_carries_its_native_vlan_untagged_and_the_others_tagged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switches, _ran = load(monkeypatch, "host", "host_switches.py", spec_of(plan_of(1), "hote"))

    servers, wireless = switches.BRIDGES

    assert switches.ports_of(servers)["t1"] == [
        "vlan_mode=native-untagged",
        "tag=999",
        "trunks=10,20,999",
    ]
    assert switches.ports_of(wireless)["t2"] == [
        "vlan_mode=native-untagged",
        "tag=10",
        "trunks=10,30,40",
    ]


def test_a_machine_gets_its_vlan_untagged(monkeypatch: pytest.MonkeyPatch) -> None:
    switches, _ran = load(monkeypatch, "host", "host_switches.py", spec_of(plan_of(1), "hote"))

    servers, wireless = switches.BRIDGES

    assert switches.ports_of(servers)["p1"] == ["vlan_mode=access", "tag=20"]
    assert switches.ports_of(wireless)["p9"] == ["vlan_mode=access", "tag=40"]


@VARIANTS
def test_every_card_of_the_host_is_in_one_switch(
    monkeypatch: pytest.MonkeyPatch, plan: Plan
) -> None:
    spec = spec_of(plan, "hote")
    switches, _ran = load(monkeypatch, "host", "host_switches.py", spec)

    plugged = [port for bridge in switches.BRIDGES for port in switches.ports_of(bridge)]

    assert sorted(plugged) == sorted(card["name"] for card in spec["interfaces"])


def test_a_card_that_came_back_is_put_back_with_its_vlan(monkeypatch: pytest.MonkeyPatch) -> None:
    switches, ran = load(monkeypatch, "host", "host_switches.py", spec_of(plan_of(1), "hote"))

    switches.plug_again(["p1"])

    assert [" ".join(command[3:]) for command in ran.commands] == [
        "--if-exists del-port p1",
        "add-port serveurs p1 -- set Port p1 vlan_mode=access tag=20",
    ]


def test_a_card_of_no_switch_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    switches, ran = load(monkeypatch, "host", "host_switches.py", spec_of(plan_of(1), "hote"))

    switches.plug_again(["mgmt0"])

    assert ran.commands == []

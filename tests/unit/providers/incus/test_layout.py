"""What a bench is on a cluster: names that fit, tags that prove, cards that meet."""

from dataclasses import replace

import pytest

from labctl.core.ids import NodeName
from labctl.plan.model import Hosting, Plan
from labctl.providers.incus import layout
from labctl.providers.incus.layout import Tag
from labctl.spec.hosting import Need
from tests.plans import plan_of
from tests.small_bench import outer_plan

TAG = Tag("0a0a0a0a", 1)


def cards_by_network(plan: Plan) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for node in layout.list_instances(plan):
        for name, device in layout.list_devices(plan, TAG, plan.nodes[node]).items():
            if device["type"] == "nic":
                found.setdefault(device["network"], []).append((node, name))
    return found


def test_a_cable_is_a_network_with_two_cards_on_it() -> None:
    plan = outer_plan()

    upstream, probe, management = layout.list_networks(plan, TAG)

    cards = cards_by_network(plan)
    assert cards[upstream] == [("internet", "wan1"), ("routeur", "wan0")]
    assert cards[probe] == [("internet", "wan2"), ("jury", "o01-eth0")]
    assert [name for _node, name in cards[management]] == ["mgmt0", "mgmt0", "uplink"]


def test_the_vlans_of_the_subject_go_through_its_cables_and_none_through_the_management() -> None:
    plan = plan_of(1)

    switch = layout.list_devices(plan, TAG, plan.nodes[NodeName("commutateur")])

    assert switch["gi2"]["vlan.tagged"] == "10,20,30,40,255,999"
    assert "vlan.tagged" not in switch["mgmt0"]


def test_the_jury_and_the_probes_share_an_instance_and_no_machine_of_the_subject_is_in_it() -> None:
    plan = plan_of(1)
    seated = layout.list_seated(plan)

    assert seated[0] == plan.management.vantage
    assert {plan.nodes[name].kind for name in seated} == {"vantage", "probe"}
    assert sorted((*layout.list_instances(plan), *seated[1:])) == sorted(plan.nodes)


def test_the_whole_bench_has_a_network_for_each_cable_and_names_that_linux_takes() -> None:
    plan = plan_of(1)

    networks = layout.list_networks(plan, TAG)

    assert set(cards_by_network(plan)) == set(networks)
    assert len(set(networks)) == len(plan.links) + 1
    assert max(map(len, networks)) <= 15


def test_no_instance_has_two_cards_on_one_network() -> None:
    for cards in cards_by_network(plan_of(1)).values():
        nodes = [node for node, _name in cards]
        assert len(nodes) == len(set(nodes))


def test_no_two_cards_of_a_bench_have_the_same_mac() -> None:
    plan = plan_of(1)
    macs = [
        device["hwaddr"]
        for node in layout.list_instances(plan)
        for device in layout.list_devices(plan, TAG, plan.nodes[node]).values()
        if device["type"] == "nic"
    ]

    assert len(macs) == len(set(macs))


@pytest.mark.parametrize(
    ("hosting", "pool"),
    [
        (None, "default"),
        (Hosting("grappe"), "default"),
        (Hosting("grappe", own={"pool": "rapide"}), "rapide"),
    ],
)
def test_every_disk_is_in_the_pool_that_the_room_names(hosting: Hosting | None, pool: str) -> None:
    plan = replace(outer_plan(), hosting=hosting)

    disks = [
        layout.list_devices(plan, TAG, plan.nodes[node])["root"]
        for node in layout.list_instances(plan)
    ]

    assert disks == [{"type": "disk", "path": "/", "pool": pool}] * 3


def test_what_a_bench_is_built_from_holds_no_way_to_its_cluster() -> None:
    plan = outer_plan()
    here, there, fast = (
        replace(plan, hosting=Hosting(name, patience=8.0, own={"pool": pool}))
        for name, pool in (("n1", "default"), ("n2", ""), ("n1", "rapide"))
    )

    assert layout.digest(here) == layout.digest(there) == layout.digest(plan)
    assert layout.digest(replace(plan, title="another")) != layout.digest(plan)
    assert layout.digest(fast) != layout.digest(plan)  # its disks are elsewhere


def test_machines_have_names_that_incus_takes() -> None:
    names = {layout.name_machine(node) for node in plan_of(1).nodes}

    assert all(name.replace("-", "").isalnum() and name[0].isalpha() for name in names)
    assert len(names) == len(plan_of(1).nodes)


def test_a_tag_is_read_back_from_what_it_wrote() -> None:
    tag = replace(TAG, node="dc")

    assert layout.read_tag(tag.config(member="n1")) == tag
    assert TAG.holds(tag)
    assert not TAG.holds(replace(tag, bench=2))
    assert TAG.project == "labctl-0a0a0a0a-01"


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"user.labctl.instance": "0a0a0a0a"},
        {"user.labctl.instance": "0a0a0a0a", "user.labctl.bench": "x"},
        {"user.labctl.instance": "0a0a0a0a", "user.labctl.bench": "²"},
        {"user.labctl.instance": "", "user.labctl.bench": "1"},
        {"user.labctl.instance": "0a0a0a0a", "user.labctl.bench": 1},
    ],
)
def test_what_carries_no_whole_tag_is_not_ours(config: dict[str, object]) -> None:
    assert layout.read_tag(config) is None


@pytest.mark.parametrize(
    ("text", "need"), [("1 2 3", Need(1, 2, 3)), ("", Need(0, 0, 0)), ("1 2 x", Need(0, 0, 0))]
)
def test_what_a_bench_was_promised_is_read_back(text: str, need: Need) -> None:
    assert layout.read_need({"user.labctl.need": text}) == need
    assert layout.show_need(Need(1, 2, 3)) == "1 2 3"

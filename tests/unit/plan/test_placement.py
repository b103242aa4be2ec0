"""Placing: from a topology to machines, cables and addresses, whatever the topology."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from labctl.core.ids import NodeName
from labctl.plan.addressing import allocate_slots
from labctl.plan.model import Bridge
from labctl.plan.placement import Placed, place
from labctl.spec.topology import Card, Medium, Topology
from tests.topologies import at_home, machine, on_two_sites

INVENTED = pytest.mark.parametrize("topology", [at_home(), on_two_sites()], ids=["home", "sites"])
ADDED = machine("imprimante_etage", "printer", {"eth0": Card()})


def drawn(placed: Placed) -> list[str]:
    """Return the cables as ``a.port–b.port``."""
    return [
        f"{link.a.node}.{link.a.interface}–{link.b.node}.{link.b.interface}"
        for link in placed.links
    ]


def test_a_flat_network_has_seven_cables() -> None:
    assert drawn(place(at_home(), 1)) == [
        "internet.wan1–box.wan0",
        "internet.wan2–sonde_wan.eth0",
        "box.lan1–poste_salon.eth0",
        "box.lan2–nas.eth0",
        "box.wlan0–portable.wlan0",
        "hote.t1–box.lan4",
        "hote.p1–sonde_maison.eth0",
    ]


def test_the_host_of_a_flat_network_tags_nothing() -> None:
    host = place(at_home(), 1).nodes[NodeName("hote")]
    assert host.bridges == (Bridge("box", "t1", 0, {"p1": 0}),)


def test_radio_is_a_medium() -> None:
    media = {link.b.node: link.medium for link in place(at_home(), 1).links}
    assert [name for name, medium in media.items() if medium is Medium.RADIO] == ["portable"]


def test_two_sites_have_thirteen_cables() -> None:
    assert drawn(place(on_two_sites(), 1)) == [
        "internet.wan1–r1.wan0",
        "internet.wan2–sonde_wan.eth0",
        "r1.lan0–sw1.gi1",
        "r1.lan1–r2.wan0",
        "r2.lan0–sw2.gi1",
        "sw1.gi12–sw2.gi12",
        "sw1.gi2–poste1.eth0",
        "sw2.gi2–poste2.eth0",
        "hote.t1–sw1.gi3",
        "hote.t2–sw2.gi3",
        "hote.p1–serveur.eth0",
        "hote.p2–sonde_siege.eth0",
        "hote.p3–sonde_atelier.eth0",
    ]


def test_a_probe_stands_behind_the_first_trunk_that_carries_its_segment() -> None:
    bridges = place(on_two_sites(), 1).nodes[NodeName("hote")].bridges
    assert [sorted(bridge.ports) for bridge in bridges] == [["p1", "p2"], ["p3"]]


def test_a_trunk_without_an_untagged_segment_leaves_what_has_no_tag_alone() -> None:
    base = on_two_sites()
    cables = (*base.cables[:-2], replace(base.cables[-2], untagged="", tagged=("SIEGE", "ATELIER")))
    host = place(replace(base, cables=cables), 1).nodes[NodeName("hote")]
    assert host.bridges == (Bridge("sw1", "t1", 0, {"p1": 10, "p2": 10, "p3": 20}),)


def test_without_a_cable_to_it_there_is_no_host_and_no_upstream() -> None:
    base = on_two_sites()
    placed = place(replace(base, cables=base.cables[1:-2]), 1)
    assert {"hote", "internet", "sonde_wan"} & set(placed.nodes) == set()


def test_a_router_that_is_the_gateway_has_none_of_its_own() -> None:
    cards = {c.name: c for c in place(at_home(), 1).nodes[NodeName("box")].interfaces}
    assert (str(cards["lan1"].address), cards["lan1"].gateway) == ("192.168.1.1/24", None)


@INVENTED
def test_every_cable_ends_at_a_card_and_no_card_has_two(topology: Topology) -> None:
    placed = place(topology, 1)
    ends = Counter((e.node, e.interface) for link in placed.links for e in (link.a, link.b))
    cards = {(node.name, card.name) for node in placed.nodes.values() for card in node.interfaces}
    assert set(ends) <= cards
    assert set(ends.values()) == {1}


@INVENTED
def test_no_mac_and_no_management_address_is_used_twice(topology: Topology) -> None:
    nodes = place(topology, 1).nodes.values()
    macs = Counter(card.mac for node in nodes for card in node.interfaces)
    addresses = Counter(node.management for node in nodes)
    assert {*macs.values(), *addresses.values()} == {1}


@pytest.mark.parametrize("build", [at_home, on_two_sites])
def test_adding_a_machine_moves_no_address(build: Callable[..., Topology]) -> None:
    before, after = place(build(), 1).nodes, place(build(ADDED), 1).nodes
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {ADDED.name}


def test_forty_machines_have_forty_places() -> None:
    names = [NodeName(f"poste{number}") for number in range(40)]
    assert len(set(allocate_slots(names).values())) == 40


def test_places_do_not_depend_on_the_other_machines() -> None:
    names = [NodeName(f"poste{number}") for number in range(40)]
    alone = {name: allocate_slots([name])[name] for name in names}
    assert allocate_slots(names) == alone


def test_the_later_of_two_names_with_one_hash_takes_the_next_place() -> None:
    """Found by trying names: their SHA-256 begin alike."""
    first, second = NodeName("poste22"), NodeName("poste351")
    slots = allocate_slots([second, first])
    assert slots[second] == slots[first] + 1 == allocate_slots([second])[second] + 1


def test_no_place_ends_with_a_byte_that_some_systems_refuse() -> None:
    slots = allocate_slots(NodeName(f"machine{number}") for number in range(3000))
    assert {slot & 0xFF for slot in slots.values()} & {0, 0xFF} == set()
    assert min(slots.values()) > 0xFF

"""The plan of a bench: every machine, cable, address and expected value."""

from collections import Counter
from ipaddress import IPv4Address, IPv4Interface

import pytest

from checks.dhcp.demand import Dhcp
from checks.directory.demand import Directory
from checks.routing.demand import Routing
from checks.software.demand import Programs
from checks.switching.demand import PortMode, list_ports
from labctl.core.errors import SpecError
from labctl.core.ids import NodeName
from labctl.core.secrets import REFERENCE
from labctl.plan.build import build_plan
from labctl.spec.topology import NodeState
from tests.plans import example_cahier, example_room, plan_of

VARIANTS = (1, 2, 3)


def test_first_benches_have_the_three_variants() -> None:
    assert [plan_of(bench).variant for bench in VARIANTS] == ["A", "C", "B"]


@pytest.mark.parametrize(("bench", "variant"), [(7, "A"), (8, "B"), (9, "C")])
def test_worked_benches_have_their_variant(bench: int, variant: str) -> None:
    assert plan_of(bench).variant == variant


def test_bench_seven_is_the_worked_example() -> None:
    plan = plan_of(7)
    assert plan.desks[0].hostname == "MN-PC-07"
    assert plan.address_of(NodeName("point_acces")) == IPv4Address("10.21.10.5")
    assert plan.nodes[NodeName("point_acces")].interfaces[0].mac == "02:00:00:07:00:09"
    assert [person.login for person in plan.demand(Directory).people] == [
        "tmaitere", "htehei", "mfaatau", "rpuarai",
    ]  # fmt: skip
    assert plan.demand(Directory).leaver.login == "jlefort"


@pytest.mark.parametrize("bench", VARIANTS)
def test_probe_is_the_last_host_of_each_segment_with_a_gateway(bench: int) -> None:
    segments = plan_of(bench).segments.values()
    found = {s.name: s.probe.ip for s in segments if s.probe is not None}
    wanted = {s.name: list(s.network.hosts())[-1] for s in segments if s.network and s.gateway}
    assert found == wanted


@pytest.mark.parametrize("bench", VARIANTS)
def test_every_card_is_on_at_most_one_cable(bench: int) -> None:
    ends = [(e.node, e.interface) for link in plan_of(bench).links for e in (link.a, link.b)]
    assert [end for end, count in Counter(ends).items() if count > 1] == []


@pytest.mark.parametrize("bench", VARIANTS)
def test_every_end_of_a_cable_is_a_card(bench: int) -> None:
    plan = plan_of(bench)
    cards = {(node.name, card.name) for node in plan.nodes.values() for card in node.interfaces}
    ends = {(e.node, e.interface) for link in plan.links for e in (link.a, link.b)}
    assert ends <= cards


@pytest.mark.parametrize("bench", VARIANTS)
def test_every_card_but_unused_ports_has_a_cable(bench: int) -> None:
    plan = plan_of(bench)
    ends = {(e.node, e.interface) for link in plan.links for e in (link.a, link.b)}
    unused = {(plan.demand(Routing).on, f"gi{p.number}") for p in list_ports(plan) if not p.enabled}
    cards = {(node.name, card.name) for node in plan.nodes.values() for card in node.interfaces}
    assert cards - ends == unused


def test_no_mac_is_used_twice_in_the_room_but_the_shared_printer() -> None:
    macs = [
        card.mac
        for bench in example_room().benches
        for node in plan_of(bench).nodes.values()
        for card in node.interfaces
        if node.name != "imprimante"
    ]
    assert len(macs) == len(set(macs))


def test_interface_names_fit_in_the_kernel() -> None:
    names = {card.name for node in plan_of(3).nodes.values() for card in node.interfaces}
    assert max(map(len, names)) <= 15


@pytest.mark.parametrize("bench", VARIANTS)
def test_management_addresses_differ_and_the_jury_is_first(bench: int) -> None:
    nodes = plan_of(bench).nodes
    addresses = [node.management for node in nodes.values()]
    assert len(addresses) == len(set(addresses))
    assert nodes[NodeName("jury")].management == IPv4Interface("198.18.0.1/16")


@pytest.mark.parametrize("bench", VARIANTS)
def test_machines_of_the_host_are_behind_a_trunk_that_carries_their_vlan(bench: int) -> None:
    plan = plan_of(bench)
    carried = {p.key: p.trunk_vids for p in list_ports(plan) if p.mode is PortMode.TRUNK}
    bridges = plan.nodes[NodeName("hote")].bridges
    assert sum(len(bridge.ports) for bridge in bridges) == 9
    assert all(set(bridge.ports.values()) <= carried[bridge.name] for bridge in bridges)


@pytest.mark.parametrize("bench", VARIANTS)
def test_access_point_speaks_untagged_in_its_native_vlan(bench: int) -> None:
    plan = plan_of(bench)
    bridges = {bridge.name: bridge for bridge in plan.nodes[NodeName("hote")].bridges}
    assert bridges["point_acces"].native_vid == plan.segments["ADMIN"].vid


@pytest.mark.parametrize("bench", VARIANTS)
def test_twelve_ports_and_the_unused_are_parked(bench: int) -> None:
    plan = plan_of(bench)
    parking = plan.segments["PARKING"].vid
    unused = [port for port in list_ports(plan) if not port.key]
    assert len(list_ports(plan)) == 12
    assert {(port.access_vid, port.enabled) for port in unused} == {(parking, False)}


def test_ports_are_described_by_their_label() -> None:
    described = {port.key: port.description for port in list_ports(plan_of(7)) if port.key}
    assert described["poste"] == "ARU-B1-P1-05"


def test_states_say_who_does_what() -> None:
    states = {name: node.state for name, node in plan_of(1).nodes.items()}
    assert states[NodeName("dc")] is NodeState.EXISTING
    assert states[NodeName("commutateur")] is NodeState.TO_CONFIGURE
    assert states[NodeName("imprimante")] is NodeState.SHARED
    assert states[NodeName("sonde_wan")] is NodeState.OBSERVER


def test_guests_get_a_public_resolver_and_a_lease_of_two_hours() -> None:
    scope = plan_of(1).demand(Dhcp).scopes[2]
    assert (scope.segment, scope.options.dns, scope.lease_s) == ("INVITES", None, 7200)


def test_no_secret_is_in_the_plan_but_by_its_name() -> None:
    assert "secret" not in REFERENCE.sub("", repr(plan_of(1)))


def test_unknown_bench_lists_the_known_ones() -> None:
    with pytest.raises(SpecError, match="le banc 17 n'existe pas"):
        build_plan(example_cahier(), example_room(), 17)


def test_a_program_says_which_package_it_is_installed_from() -> None:
    packages = {one.name: one.winget for one in plan_of(1).demand(Programs).programs}

    assert packages["Thunderbird"] == "Mozilla.Thunderbird"
    assert packages["barre d'outils McToolbar (préinstallée)"] == ""

"""Cables: from a plan to veth pairs."""

import pytest

from labctl.core.ids import NodeName
from labctl.providers.namespaces import network
from labctl.providers.namespaces.runtime import Cable
from tests.plans import plan_of
from tests.small_bench import small_plan


def cable_of(bench: int, node: str, interface: str) -> Cable:
    cables = network.list_cables(plan_of(bench))
    ends = {(c.node, c.interface): c for c in cables} | {
        (c.peer, c.peer_interface): c for c in cables
    }
    return ends[NodeName(node), interface]


def test_every_link_of_the_plan_is_a_cable_and_every_node_has_a_management_one() -> None:
    plan = plan_of(1)

    cables = network.list_cables(plan)

    assert len(cables) == len(plan.links) + len(plan.nodes) - 1


@pytest.mark.parametrize("bench", [1, 2, 3, 16])
def test_no_end_is_used_twice_and_no_mac_is_shared(bench: int) -> None:
    cables = network.list_cables(plan_of(bench))

    ends = [(c.node, c.interface) for c in cables] + [(c.peer, c.peer_interface) for c in cables]
    macs = [c.mac for c in cables] + [c.peer_mac for c in cables]

    assert len(set(ends)) == len(ends)
    assert len(set(macs)) == len(macs)


def test_interface_names_fit_the_kernel() -> None:
    cables = network.list_cables(plan_of(1))

    assert max(len(name) for c in cables for name in (c.interface, c.peer_interface)) <= 15


def test_macs_are_those_of_the_plan() -> None:
    plan = plan_of(1)

    cable = cable_of(1, "point_acces", "eth0")

    assert plan.nodes[NodeName("point_acces")].interfaces[0].mac in (cable.mac, cable.peer_mac)


def test_a_node_that_does_not_run_has_no_cable() -> None:
    cables = network.list_cables(small_plan())

    assert network.find_missing(cables, {}) == cables


def test_new_vantage_gets_its_bridge_before_its_ports() -> None:
    plan = small_plan()

    lines = dict(network.configure_lines(plan, plan.nodes, network.list_cables(plan)))

    assert lines[NodeName("jury")][:2] == (
        "link set lo up",
        "link add mgmt0 address 02:4c:01:00:01:f2 type bridge",
    )
    assert lines[NodeName("jury")][-1].endswith("master mgmt0 up")


def test_only_interfaces_of_machines_that_ran_are_relinked() -> None:
    plan = small_plan()
    lost = network.list_cables(plan)[:1]

    relinked = network.list_relinked([NodeName("sonde_admin")], lost)

    assert relinked == {NodeName("sonde_serveurs"): ("eth0",)}


def test_management_is_never_relinked_by_a_program_of_the_node() -> None:
    plan = small_plan()

    relinked = network.list_relinked([NodeName("jury")], network.list_cables(plan)[1:])

    assert relinked == {}

"""A bench as its cluster shows it: ready, damaged with the reason, begun only, or absent."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from labctl.core.ids import NodeName
from labctl.providers.base import BenchCondition, BenchStatus, NodeCondition
from labctl.providers.incus import layout
from labctl.providers.incus.inventory import Machine, Network, Project
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.observation import observe
from labctl.providers.incus.settings import CONTAINER_SETTINGS
from labctl.spec.hosting import Need
from tests.small_bench import outer_plan

TAG = Tag("0a0a0a0a", 1)
PLAN = outer_plan()
PROJECT = Project(TAG, TAG.project, "n1", Need(450, 3400, 1), "ready")
INSTANCES = layout.list_instances(PLAN)
NODE = NodeName("routeur")


def machine(node: NodeName) -> Machine:
    devices: dict[str, Mapping[str, str]] = dict(
        layout.list_devices(PLAN, TAG, PLAN.nodes[node]).items()
    )
    name = layout.name_machine(node)
    tag = replace(TAG, node=node)
    return Machine(tag, TAG.project, name, "n1", True, CONTAINER_SETTINGS, devices)


MACHINES = {node: machine(node) for node in INSTANCES}
NETWORKS = tuple(Network(TAG, name, is_whole=True) for name in layout.list_networks(PLAN, TAG))


def look(changed: Machine | None = None) -> BenchStatus:
    machines = {**MACHINES, NODE: changed} if changed else MACHINES
    return observe(PLAN, [PROJECT], machines.values(), NETWORKS)


def test_a_bench_is_ready_when_everything_runs_as_the_plan_says() -> None:
    status = look()

    assert status.condition is BenchCondition.READY
    assert status.missing_cables == ()
    assert set(status.nodes) == set(PLAN.nodes)


@pytest.mark.parametrize("phase", ["", "building", "resetting", "restarting"])
def test_a_bench_on_which_something_was_begun_is_not_ready(phase: str) -> None:
    project = replace(PROJECT, phase=phase)

    status = observe(PLAN, [project], MACHINES.values(), NETWORKS)

    assert status.condition is BenchCondition.INTERRUPTED


def test_nothing_is_absent_and_a_rest_without_a_project_was_begun() -> None:
    assert observe(PLAN, [], [], []).condition is BenchCondition.ABSENT
    assert observe(PLAN, [], [], NETWORKS).condition is BenchCondition.INTERRUPTED


def test_what_is_of_another_bench_does_not_count() -> None:
    other = replace(TAG, bench=2)
    project, network = replace(PROJECT, tag=other), replace(NETWORKS[0], tag=other)

    assert observe(PLAN, [project], [], [network]).condition is BenchCondition.ABSENT


def test_a_machine_that_does_not_run_is_damage_and_one_that_is_not_there_was_begun() -> None:
    stopped = look(replace(MACHINES[NODE], is_running=False))
    machines = [each for node, each in MACHINES.items() if node != NODE]
    absent = observe(PLAN, [PROJECT], machines, NETWORKS)

    assert stopped.condition is BenchCondition.DAMAGED
    assert stopped.nodes[NODE] is NodeCondition.STOPPED
    assert absent.condition is BenchCondition.INTERRUPTED
    assert absent.nodes[NODE] is NodeCondition.ABSENT


def test_a_network_that_is_gone_is_named() -> None:
    status = observe(PLAN, [PROJECT], MACHINES.values(), NETWORKS[1:])

    assert status.condition is BenchCondition.DAMAGED
    assert status.missing_cables == (f"réseau absent : {NETWORKS[0].name}",)


@pytest.mark.parametrize(
    ("device", "settings"),
    [
        ("wan0", {"network": "elsewhere"}),
        ("wan0", {"hwaddr": "02:00:00:00:00:01"}),
        ("root", {"pool": "other"}),
        ("disk9", {"type": "disk", "path": "/mnt"}),
    ],
)
def test_a_device_that_somebody_changed_or_added_is_named(
    device: str, settings: dict[str, str]
) -> None:
    before = MACHINES[NODE].devices
    devices = {**before, device: {**before.get(device, {}), **settings}}

    status = look(replace(MACHINES[NODE], devices=devices))

    assert status.missing_cables == (f"{NODE} : {device} a changé",)
    assert status.condition is BenchCondition.DAMAGED


def test_what_the_cluster_writes_beside_our_settings_is_no_drift() -> None:
    before = MACHINES[NODE].devices
    devices = {**before, "wan0": {**before["wan0"], "mtu": "1500"}}

    assert look(replace(MACHINES[NODE], devices=devices)).condition is BenchCondition.READY


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({}, "boot.autostart"),
        ({**CONTAINER_SETTINGS, "security.idmap.isolated": "false"}, "security.idmap.isolated"),
        ({**CONTAINER_SETTINGS, "security.privileged": "true"}, "security.privileged"),
        ({**CONTAINER_SETTINGS, "cluster.evacuate": "migrate"}, "cluster.evacuate"),
        ({**CONTAINER_SETTINGS, "limits.memory": "64GiB"}, "limits.memory"),
    ],
)
def test_a_setting_that_somebody_changed_is_named(config: dict[str, str], named: str) -> None:
    status = look(replace(MACHINES[NODE], config=config))

    assert f"{NODE} : {named} a changé" in status.missing_cables


def test_what_the_cluster_notes_for_itself_is_no_drift() -> None:
    notes = {"volatile.base_image": "ab", "image.os": "Debian", "user.labctl.node": NODE}

    status = look(replace(MACHINES[NODE], config={**CONTAINER_SETTINGS, **notes}))

    assert status.condition is BenchCondition.READY


def test_a_machine_that_was_moved_away_from_its_bench_is_named() -> None:
    status = look(replace(MACHINES[NODE], member="n2"))

    assert status.condition is BenchCondition.DAMAGED
    assert status.missing_cables == ("routeur est sur n2, le banc sur n1",)


def test_a_machine_of_an_older_labctl_has_neither_bounds_nor_a_word_on_evacuation() -> None:
    later = ("cluster.evacuate", "limits.")
    older = {key: value for key, value in CONTAINER_SETTINGS.items() if not key.startswith(later)}

    assert look(replace(MACHINES[NODE], config=older)).condition is BenchCondition.READY


def test_a_machine_that_is_in_no_plan_is_named() -> None:
    strange = replace(MACHINES[NODE], tag=replace(TAG, node="cafetiere"))

    status = observe(PLAN, [PROJECT], [*MACHINES.values(), strange], NETWORKS)

    assert status.missing_cables == ("machine en trop : cafetiere",)

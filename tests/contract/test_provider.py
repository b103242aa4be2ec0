"""What every provider promises: one suite for namespaces here and there, VMs and a cluster.

The last two run with ``make test-libvirt`` and ``make test-incus``. Tests share one small bench and
leave it ready.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from labctl.connect.base import Transport
from labctl.connect.document import from_json
from labctl.connect.vantage import connect_from
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.providers.base import BenchCondition, NodeCondition
from tests.contract.node_lab import list_tenants
from tests.contract.provider_worlds import LONG_S, WORLDS, World, look_at_ways
from tests.incus.world import open_incus
from tests.libvirt.world import open_libvirt

pytestmark = pytest.mark.embedded
BENCH = BenchId(1)
HOST_KEY = "cat /etc/labctl/ssh_host_ed25519_key.pub"


ASKED = {"libvirt": "LABCTL_TEST_LIBVIRT", "incus": "LABCTL_TEST_INCUS"}


@pytest.fixture(
    scope="module",
    params=[
        *WORLDS,
        pytest.param("libvirt", marks=pytest.mark.libvirt),
        pytest.param("incus", marks=pytest.mark.nightly),
    ],
)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Give each provider in turn; what is left in its world goes at the end."""
    wanted = ASKED.get(request.param, "")
    if wanted and wanted not in os.environ:
        pytest.skip(f"make test-{request.param} runs these, with {wanted}=1")
    worlds = {**WORLDS, "libvirt": open_libvirt, "incus": open_incus}
    with worlds[request.param](tmp_path_factory.mktemp(request.param)) as world:
        yield world
        for bench in world.provider.list_benches():
            world.provider.down(bench, soon())


@pytest.fixture
def built(world: World) -> World:
    """Give a world whose bench 1 is ready."""
    world.up()
    return world


def soon(seconds: float = 120) -> Deadline:
    return Deadline.after(seconds)


def test_nothing_is_there_at_first(world: World) -> None:
    assert world.provider.list_benches() == ()
    assert world.status().condition is BenchCondition.ABSENT


def test_the_power_of_a_bench_that_was_never_built_cannot_be_cut(world: World) -> None:
    with pytest.raises(LabctlError, match="n'est pas construit") as refused:
        world.provider.cut_power(world.plan(1), (world.node,), silent, soon())

    assert refused.value.exit_code == 5


def test_up_starts_everything_and_a_second_up_nothing(world: World) -> None:
    world.provider.down(BENCH, soon())

    assert set(world.up()) == set(world.plan(1).nodes)
    assert world.up() == ()

    status = world.status()
    assert status.condition is BenchCondition.READY
    assert set(status.nodes.values()) == {NodeCondition.RUNNING}
    assert world.provider.list_benches() == (BENCH,)


def test_up_is_ready_when_it_returns(built: World) -> None:
    _require_seen_from_here(built)
    ways = [each for each in look_at_ways(built).endpoints if each.transport is Transport.SSH]

    assert built.node in {way.node for way in ways}
    for way in ways:
        with connect_from(way.vantage, way.address, way.port, soon(10)) as sock:
            assert sock.recv(4) == b"SSH-"


def test_endpoints_are_a_document_without_a_secret(built: World) -> None:
    _require_seen_from_here(built)
    folder = built.state / "benches" / "01"
    text = (folder / "endpoints.json").read_text()

    assert from_json(text) == look_at_ways(built)
    private = (folder / "secrets/audit_key").read_text().splitlines()[1]
    assert private not in text


def _require_seen_from_here(world: World) -> None:
    if world.name == "incus":
        pytest.skip("a bench of a cluster is looked at from its jury's instance: tests/incus")


def test_the_console_runs_a_command_in_a_machine(built: World) -> None:
    argv = built.observer.enter_argv(BENCH, built.node, ("cat", "/etc/hostname"))

    said = command.run(argv, soon()).stdout.strip()
    assert said.replace("-", "_") == built.node


def test_machines_of_one_cable_reach_each_other(built: World) -> None:
    card, other = built.card, built.other_card
    built.run(f"ip addr add 192.0.2.1/24 dev {card}; ip link set {card} up")
    built.run(f"ip addr add 192.0.2.2/24 dev {other}; ip link set {other} up", built.other)

    assert "1 received" in built.run("ping -c1 -w20 192.0.2.1", built.other)


def test_up_restarts_a_dead_machine_on_its_own_disk(built: World) -> None:
    built.run("echo work > /root/work; sync")
    built.kill(built.node)

    def is_seen() -> bool:
        return built.status().nodes[built.node] is NodeCondition.STOPPED

    assert until(is_seen, soon(20), every_s=0.5)
    assert built.status().condition is BenchCondition.DAMAGED
    assert built.up() == (built.node,)
    assert built.run("cat /root/work") == "work"
    assert built.status().condition is BenchCondition.READY


def test_up_refuses_to_change_a_bench_built_from_another_plan(built: World) -> None:
    with pytest.raises(LabctlError, match="autre plan") as refused:
        built.provider.up(replace(built.plan(1), company="Autre"), silent, soon())

    assert refused.value.exit_code == 5


def test_a_power_cut_keeps_disks_and_loses_what_only_ran(built: World) -> None:
    built.run("echo kept > /root/kept; echo lost > /run/lost; sync")
    built.run("echo there > /run/there", built.other)

    for _twice in range(2):
        assert built.provider.cut_power(built.plan(1), (built.node,), silent, soon(LONG_S)) == ""

    assert built.run("cat /root/kept") == "kept"
    assert "lost" not in built.run("ls /run")
    assert built.run("cat /run/there", built.other) == "there"
    assert built.status().condition is BenchCondition.READY


def test_reset_is_proved_twice(built: World) -> None:
    built.run("echo work > /root/work; sync")
    first_key = built.run(HOST_KEY)

    first = built.provider.reset(built.plan(1), (), silent, soon(LONG_S))
    second_key = built.run(HOST_KEY)
    second = built.provider.reset(built.plan(1), (), silent, soon(LONG_S))

    assert first.is_proved()
    assert second.is_proved()
    assert {proof.node for proof in first.nodes} == set(built.disks(built.plan(1)))
    assert first.canary != second.canary
    assert len({first_key, second_key, built.run(HOST_KEY)}) == 3
    assert "work" not in built.run("ls -A /root")


def test_reset_of_one_machine_leaves_the_others_alone(built: World) -> None:
    built.run("echo work > /root/work", built.other)
    before = built.run(HOST_KEY)

    proof = built.provider.reset(built.plan(1), (built.node,), silent, soon(LONG_S))

    assert proof.is_proved()
    assert [each.node for each in proof.nodes] == [built.node]
    assert built.run(HOST_KEY) != before
    assert built.run("cat /root/work", built.other) == "work"


def test_reset_names_the_machines_when_one_is_unknown(built: World) -> None:
    with pytest.raises(LabctlError, match="cafetiere") as refused:
        built.provider.reset(built.plan(1), (NodeName("cafetiere"),), silent, soon())

    assert built.node in refused.value.hint


def test_benches_with_the_same_addresses_do_not_see_each_other(built: World) -> None:
    built.up(2)
    built.run("echo first > /root/bench")
    built.run("echo second > /root/bench", bench=2)

    assert built.provider.list_benches() == (BENCH, BenchId(2))
    assert (built.run("cat /root/bench"), built.run("cat /root/bench", bench=2)) == (
        "first",
        "second",
    )
    assert built.provider.down(BenchId(2), soon())
    assert built.provider.list_benches() == (BENCH,)
    assert built.status().condition is BenchCondition.READY


def test_down_removes_everything_and_can_be_run_twice(built: World) -> None:
    assert built.provider.down(BENCH, soon())
    assert not built.provider.down(BENCH, soon())

    assert built.provider.list_benches() == ()
    assert built.status().condition is BenchCondition.ABSENT
    assert not list_tenants(built.state / "benches")
    assert not (built.state / "benches").exists()

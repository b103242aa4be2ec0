"""A bench with a real Windows on a real Incus, but for Windows itself and for KVM.

An empty disk stands for the master, so that the first start would never be over: what waits for it
is answered here. A QEMU that emulates stands for one with KVM (``vm_templates/incus-kvm-host``).
Incus is real, and makes a virtual machine with UEFI, Secure Boot and a TPM, which starts, is
paused, cut and reset; its disc is taken out while it runs.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from labctl.core import command, paths
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.core.progress import silent
from labctl.plan.model import Link, Plan
from labctl.providers.base import BenchCondition
from labctl.providers.incus import inventory, layout, seat, windows, works
from labctl.providers.incus.client import Client, locate, open_client
from labctl.providers.incus.layout import DISC, Tag
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.incus.works import Works
from labctl.providers.namespaces.bench import instance
from labctl.providers.windows.copies import Master
from labctl.providers.windows.machine import VIRTIO
from labctl.spec.topology import End
from tests.incus.cluster import Cluster, place, running
from tests.incus.conftest import LONG_S
from tests.incus.test_bench import two_machines
from tests.plans import Desk, plan_of

UP_S, ACT_S = 1800.0, 900.0
POSTE, INTERNET = NodeName("poste"), NodeName("internet")
ABLE, OTHER = "n1", "n2"
PROVIDER = IncusProvider()


class FirstStart:
    """Takes the place of what waits for the first start of a Windows; notes what is there then."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bool, int]] = []
        self.is_killed = False

    def wait(self, bench: Works, names: Sequence[NodeName], _deadline: Deadline) -> None:
        """Note the state of the machine, whether it has a disc, and how many volumes there are."""
        assert list(names) == [POSTE]
        found = bench.client.read(bench.locate(POSTE))
        self.seen.append((found["status"], DISC in found["devices"], len(list_volumes(bench))))
        if self.is_killed:
            raise KeyboardInterrupt


def list_volumes(bench: Works) -> list[str]:
    where = ("storage-pools", "default", "volumes", "custom")
    return list(bench.client.read(locate(*where, project=bench.tag.project)))


@pytest.fixture(scope="module")
def able(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a cluster whose first member has KVM."""
    if "LABCTL_TEST_INCUS" not in os.environ:
        pytest.skip("make test-incus-windows runs these, with LABCTL_TEST_INCUS=1")
    with running(tmp_path_factory.mktemp("kvm"), (ABLE,)) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def client(able: Cluster) -> Iterator[Client]:
    with open_client(able.servers[ABLE], able.identity, Deadline.after(LONG_S)) as opened:
        yield opened


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstStart]:
    """Put an empty disk in the place of the master, and answer for Windows."""
    disk = tmp_path_factory.mktemp("master") / "master.qcow2"
    argv = ("qemu-img", "create", "-q", "-f", "qcow2", str(disk), "64M")
    command.run(argv, Deadline.after(30))
    master, first = Master("windows-11-A", disk, VIRTIO), FirstStart()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        patch.setattr(windows, "find_master", lambda _plan, _kind: master)
        patch.setattr(seat, "await_windows", first.wait)
        yield first


@pytest.fixture(scope="module")
def plan(able: Cluster) -> Plan:
    """Give the plan of a bench with a Windows; labctl chooses its member."""
    bench = two_machines()
    free = bench.nodes[INTERNET].interfaces[0].name  # the router is left out
    cable = Link(End(INTERNET, free), End(POSTE, "eth0"))
    nodes = {**bench.nodes, POSTE: plan_of(1, Desk.WINDOWS).nodes[POSTE]}
    placed = place(replace(bench, nodes=nodes, links=(*bench.links, cable)), able, ABLE)
    assert placed.hosting is not None
    own = {**placed.hosting.own, "member": ""}
    return replace(placed, hosting=replace(placed.hosting, own=own))


@pytest.fixture(scope="module")
def bench(plan: Plan, client: Client, first_start: FirstStart) -> Iterator[Works]:
    """Build the bench."""
    assert first_start.seen == []
    try:
        PROVIDER.up(plan, silent, Deadline.after(UP_S))
        yield Works(client, plan, Tag(instance(), plan.bench), ABLE)
    finally:
        PROVIDER.down(plan.bench, Deadline.after(ACT_S))


def is_ready(plan: Plan) -> bool:
    return PROVIDER.status(plan.bench).condition is BenchCondition.READY


@pytest.mark.usefixtures("first_start")
def test_on_a_member_without_kvm_it_is_refused_before_anything_is_made(
    plan: Plan, client: Client
) -> None:
    assert [each.has_kvm for each in inventory.list_members(client, "default")] == [True, False]
    assert plan.hosting is not None
    own = {**plan.hosting.own, "member": OTHER}

    with pytest.raises(ProviderError, match=f"un membre qui a KVM ; sans : {OTHER}"):
        PROVIDER.up(
            replace(plan, hosting=replace(plan.hosting, own=own)), silent, Deadline.after(60)
        )

    assert inventory.list_projects(client, instance()) == ()


def test_it_starts_with_its_disc_which_is_taken_out_while_it_runs(
    bench: Works, plan: Plan, first_start: FirstStart
) -> None:
    assert first_start.seen == [("Running", True, 1)]

    found = bench.client.read(bench.locate(POSTE))
    assert (found["type"], found["status"]) == ("virtual-machine", "Running")
    assert found["location"] == ABLE
    assert found["devices"] == layout.list_devices(plan, bench.tag, plan.nodes[POSTE])
    assert list_volumes(bench) == []
    assert is_ready(plan)


def test_up_again_changes_nothing(bench: Works, plan: Plan, first_start: FirstStart) -> None:
    del bench
    waited = len(first_start.seen)

    again = PROVIDER.up(plan, silent, Deadline.after(ACT_S))

    assert (again.started, again.cabled) == ((), ())
    assert len(first_start.seen) == waited


def test_it_is_paused_and_goes_on(bench: Works, plan: Plan) -> None:
    works.freeze(bench, POSTE)
    assert bench.client.read(bench.locate(POSTE))["status"] == "Frozen"
    assert PROVIDER.status(plan.bench).condition is BenchCondition.DAMAGED

    works.thaw(bench, POSTE)

    assert is_ready(plan)


def test_its_power_is_cut_and_it_starts_on_its_own_disk(
    bench: Works, plan: Plan, first_start: FirstStart
) -> None:
    assert PROVIDER.cut_power(plan, (POSTE,), silent, Deadline.after(ACT_S)) == ""

    assert first_start.seen[-1] == ("Running", False, 0)
    assert list_volumes(bench) == []
    assert is_ready(plan)


def test_a_reset_that_ends_at_its_first_start_is_ended_by_the_next_up(
    bench: Works, plan: Plan, first_start: FirstStart
) -> None:
    first_start.is_killed = True
    with pytest.raises(KeyboardInterrupt):
        PROVIDER.reset(plan, (POSTE,), silent, Deadline.after(ACT_S))
    first_start.is_killed = False
    assert first_start.seen[-1] == ("Running", True, 1)
    assert PROVIDER.status(plan.bench).condition is BenchCondition.INTERRUPTED

    PROVIDER.up(plan, silent, Deadline.after(ACT_S))

    assert list_volumes(bench) == []
    assert is_ready(plan)


def test_a_reset_is_proved(bench: Works, plan: Plan, first_start: FirstStart) -> None:
    proof = PROVIDER.reset(plan, (POSTE,), silent, Deadline.after(ACT_S))

    assert proof.is_proved()
    assert [each.node for each in proof.nodes] == [POSTE]
    assert first_start.seen[-1] == ("Running", True, 1)
    assert list_volumes(bench) == []
    assert is_ready(plan)


def test_down_takes_the_machine_and_a_disc_that_it_still_has(
    bench: Works, plan: Plan, first_start: FirstStart, client: Client
) -> None:
    first_start.is_killed = True
    with pytest.raises(KeyboardInterrupt):
        PROVIDER.reset(plan, (POSTE,), silent, Deadline.after(ACT_S))
    assert len(list_volumes(bench)) == 1

    assert PROVIDER.down(plan.bench, Deadline.after(ACT_S))

    assert inventory.list_machines(client) == ()
    assert inventory.list_projects(client, instance()) == ()
    everywhere = client.read(
        locate("storage-pools", "default", "volumes", "custom", **{"all-projects": "true"})
    )
    assert everywhere in ([], None)
    assert list(paths.state_dir().rglob("*.iso")) == []

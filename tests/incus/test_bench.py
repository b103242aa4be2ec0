"""A bench on a real cluster: up, looked at from the jury's instance, reset with proof, down.

Upstream, jury and one probe only: each image costs an emulated member a minute.
"""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.progress import Report, silent
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.incus import clusters, inventory, works
from labctl.providers.incus.client import Client, locate
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.namespaces.bench import instance
from tests.incus.cluster import Cluster, place
from tests.small_bench import outer_plan

UP_S, ACT_S = 900.0, 300.0
LIMIT = Deadline.after(3600)
INTERNET = NodeName("internet")
FOREIGN = "labctl-00000000-01"


def two_machines() -> Plan:
    plan = outer_plan()
    names = [name for name in plan.nodes if name != "routeur"]
    links = tuple(each for each in plan.links if "routeur" not in {each.a.node, each.b.node})
    return replace(plan, nodes={name: plan.nodes[name] for name in names}, links=links)


@pytest.fixture(scope="module")
def plan(
    cluster: Cluster, client: Client, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Plan]:
    """Build the bench, beside a project that looks like ours and is not."""
    placed = place(two_machines(), cluster, "n1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        client.change("POST", locate("projects"), {"name": FOREIGN, "config": {}})
        try:
            IncusProvider().up(placed, silent, Deadline.after(UP_S))
            yield placed
        finally:
            IncusProvider().down(placed.bench, Deadline.after(ACT_S))
            client.change("DELETE", locate("projects", FOREIGN))


def test_a_bench_that_is_up_is_ready_and_up_again_changes_nothing(plan: Plan) -> None:
    provider = IncusProvider()

    assert provider.status(plan.bench).condition is BenchCondition.READY
    again = provider.up(plan, silent, Deadline.after(ACT_S))
    assert (again.started, again.cabled) == ((), ())


def test_a_machine_that_died_is_started_again_on_its_own_disk(plan: Plan, client: Client) -> None:
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    works.run(bench, INTERNET, ("/bin/sh", "-c", "echo mine > /etc/work"))
    works.stop(bench, INTERNET)
    assert IncusProvider().status(plan.bench).condition is BenchCondition.DAMAGED

    done = IncusProvider().up(plan, silent, Deadline.after(ACT_S))

    assert done.started == (INTERNET,)
    assert works.run(bench, INTERNET, ("/bin/cat", "/etc/work")).output == "mine\n"


def test_a_power_cut_keeps_disks_and_loses_what_only_ran(plan: Plan, client: Client) -> None:
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    leave = "echo kept > /etc/work; echo lost > /run/work; sync"
    works.run(bench, INTERNET, ("/bin/sh", "-c", leave))

    assert IncusProvider().cut_power(plan, (INTERNET,), silent, Deadline.after(ACT_S)) == ""

    assert works.run(bench, INTERNET, ("/bin/cat", "/etc/work")).output == "kept\n"
    assert works.run(bench, INTERNET, ("/bin/ls", "/run/work")).code != 0
    assert IncusProvider().status(plan.bench).condition is BenchCondition.READY


def test_a_reset_is_proved_and_nothing_of_before_is_left(plan: Plan, client: Client) -> None:
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    works.run(bench, INTERNET, ("/bin/sh", "-c", "echo mine > /etc/work"))

    proof = IncusProvider().reset(plan, (INTERNET,), silent, Deadline.after(ACT_S))

    assert proof.is_proved()
    assert proof.renewed == (f"host_{INTERNET}.pub",)
    assert works.run(bench, INTERNET, ("/bin/ls", "/etc/work")).code != 0


def test_a_reset_that_is_killed_is_ended_by_the_next_up(plan: Plan) -> None:
    kill_when_it_speaks(lambda say: IncusProvider().reset(plan, (INTERNET,), say, LIMIT))
    assert IncusProvider().status(plan.bench).condition is BenchCondition.INTERRUPTED

    IncusProvider().up(plan, silent, Deadline.after(ACT_S))

    assert IncusProvider().status(plan.bench).condition is BenchCondition.READY


def kill_when_it_speaks(act: Callable[[Report], object]) -> None:
    """Do something in a process that is killed when it reports for the first time."""
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act(lambda text: tell(said, text))
        finally:
            os._exit(0)
    os.close(said)
    os.read(heard, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(heard)


def tell(pipe: int, text: str) -> None:
    os.write(pipe, text.encode())


def test_down_leaves_nothing_and_touches_no_project_of_others(plan: Plan, client: Client) -> None:
    assert IncusProvider().list_benches() == (plan.bench,)

    assert IncusProvider().down(plan.bench, Deadline.after(ACT_S))

    assert IncusProvider().list_benches() == ()
    assert not IncusProvider().down(plan.bench, Deadline.after(ACT_S))
    assert inventory.list_machines(client) == ()
    assert client.read(locate("projects", FOREIGN))["name"] == FOREIGN
    assert clusters.list_known()
    assert not Path(os.environ["LABCTL_STATE_DIR"], "benches", "01").exists()

"""A member of a real cluster loses its power, a cluster its quorum: every act says so in time."""

import time
from collections.abc import Callable, Iterator

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.core.wait import until
from labctl.providers.incus import inventory, works
from labctl.providers.incus.client import Client, open_client
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.placement import Claim, Member, place
from labctl.providers.incus.works import Works
from labctl.spec.hosting import Need
from tests.incus.cluster import Cluster, boot, cut
from tests.small_bench import outer_plan

NEED, TAG, NODE = Need(100, 1000, 1), Tag("0b0b0b0b", 1), NodeName("internet")
NOTICED_S, ACT_S = 90.0, 30.0
"""When a cluster takes a silent member for dead (20 s on a fast one); how long an act may take."""


@pytest.fixture(scope="module")
def bench(cluster: Cluster, client: Client, image: str) -> Iterator[Works]:
    """Make a machine on the second member, and cut the power of that one."""
    built = Works(client, outer_plan(), TAG, "n2")
    works.make_project(built, NEED)
    works.make_networks(built, ("n1", "n2"))
    works.make_machine(built, NODE, image)
    works.start(built, NODE)
    cut(cluster, "n2")
    yield built
    works.remove(client, TAG)


def find(client: Client, name: str) -> Member:
    (found,) = (one for one in inventory.list_members(client, "default") if one.name == name)
    return found


@pytest.mark.usefixtures("bench")
def test_a_member_without_power_gets_no_bench(client: Client) -> None:
    assert until(lambda: not find(client, "n2").is_online, Deadline.after(NOTICED_S))

    placed = place(inventory.list_members(client, "default"), [Claim(2, NEED, wish="n2")])

    assert placed.members == {}
    assert list(placed.refused) == [2]


@pytest.mark.usefixtures("bench")
def test_what_is_on_it_is_not_taken_for_absent(client: Client) -> None:
    (project,) = inventory.list_projects(client, TAG.instance)

    assert project.member == "n2"
    with pytest.raises(ProviderError, match="« n2 »"):
        inventory.list_machines(client, project.name)


@pytest.mark.parametrize("act", ["run", "stop", "remove"])
def test_an_act_on_it_ends_in_a_sentence(cluster: Cluster, bench: Works, act: str) -> None:
    acts: dict[str, Callable[[Works], object]] = {
        "run": lambda one: works.run(one, NODE, ("/bin/busybox", "true")),
        "stop": lambda one: works.stop(one, NODE),
        "remove": lambda one: works.remove(one.client, TAG),
    }
    began = time.monotonic()

    with open_client(cluster.servers["n1"], cluster.identity, Deadline.after(ACT_S)) as hurried:
        hasty = Works(hurried, bench.plan, TAG, "n2")
        with pytest.raises(ProviderError) as told:
            acts[act](hasty)

    assert told.value.message
    assert time.monotonic() - began < ACT_S + 5


def test_a_member_that_is_back_gives_back_what_it_had(cluster: Cluster, bench: Works) -> None:
    boot(cluster, "n2")
    assert until(lambda: find(bench.client, "n2").is_online, Deadline.after(NOTICED_S))
    works.start(bench, NODE)
    assert works.run(bench, NODE, ("/bin/busybox", "ls", "/run/started")).code == 0

    assert works.remove(bench.client, TAG)

    assert inventory.list_projects(bench.client, TAG.instance) == ()
    assert inventory.list_networks(bench.client, TAG.instance) == ()


def test_a_cluster_without_its_quorum_is_told_in_time(cluster: Cluster, client: Client) -> None:
    began = time.monotonic()
    cut(cluster, "n1")
    try:
        with (
            pytest.raises(ProviderError),
            open_client(cluster.servers["n2"], cluster.identity, Deadline.after(ACT_S)) as other,
        ):
            inventory.list_projects(other, TAG.instance)
        assert time.monotonic() - began < ACT_S + 35
    finally:
        boot(cluster, "n1")

    assert until(lambda: find(client, "n2").is_online, Deadline.after(NOTICED_S))

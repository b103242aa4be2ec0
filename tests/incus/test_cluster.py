"""The parts of the Incus provider before a real cluster: Debian's Incus, emulated members.

The machines are of a system of one program, busybox: what is tried is labctl, not Debian.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.core.wait import until
from labctl.providers.incus import inventory, layout, works
from labctl.providers.incus.client import Client, locate, open_client
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.link import Server
from labctl.providers.incus.placement import Claim, place
from labctl.providers.incus.works import Works
from labctl.providers.roles.nodefiles import NodeFile
from labctl.spec.hosting import Need
from tests.incus.cluster import Cluster
from tests.incus_server import issue
from tests.small_bench import outer_plan

NEED = Need(100, 1000, 1)
ONE, OTHER = Tag("0a0a0a0a", 1), Tag("0a0a0a0a", 2)
FOREIGN = "labctl-0a0a0a0a-09"
TWIN = Tag("0a0a0a0a", 3)
HERE, THERE = "192.0.2.1", "192.0.2.2"
NODE, PEER = map(NodeName, ("internet", "routeur"))


def make(bench: Works, image: str) -> Works:
    """Make the two machines of a bench run."""
    works.make_project(bench, NEED)
    works.make_networks(bench, ("n1", "n2"))
    for node in (NODE, PEER):
        works.make_machine(bench, node, image)
        works.give(bench, node, {"etc/labctl/node": NodeFile(node.encode(), 0o640)})
        works.start(bench, node)
    return bench


def join_ends(bench: Works) -> None:
    """Give the ends of their cable an address each."""
    for node, card, address in ((NODE, "wan1", HERE), (PEER, "wan0", THERE)):
        shell(bench, f"ip addr add {address}/24 dev {card}; ip link set {card} up", node)


@pytest.fixture(scope="module")
def bench(client: Client, image: str) -> Iterator[Works]:
    """Make two machines on a cable, on the second member, beside a project that is not ours."""
    client.change("POST", locate("projects"), {"name": FOREIGN, "config": {}})
    built = make(Works(client, outer_plan(), ONE, "n2"), image)
    yield built
    works.remove(client, ONE)
    client.change("DELETE", locate("projects", FOREIGN))


def shell(bench: Works, script: str, node: NodeName = NODE) -> str:
    return works.run(bench, node, ("/bin/busybox", "sh", "-c", script)).output.strip()


def test_every_member_says_what_it_offers_and_gets_a_bench(client: Client) -> None:
    members = inventory.list_members(client, "default")

    assert [member.name for member in members] == ["n1", "n2"]
    assert all(member.is_online and member.unused.holds(NEED) for member in members)
    placed = place(members, [Claim(1, NEED), Claim(2, NEED), Claim(3, NEED, wish="n2")])
    assert placed.members[3] == "n2"
    assert set(placed.members.values()) == {"n1", "n2"}


def test_a_pin_that_is_not_the_cluster_s_is_refused(cluster: Cluster) -> None:
    right = cluster.servers["n1"]
    wrong = Server(right.host, right.port, "0" * 64)

    with (
        pytest.raises(ProviderError, match="montre une autre clé"),
        open_client(wrong, cluster.identity, Deadline.after(30)),
    ):
        pass


def test_a_certificate_that_nobody_admitted_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    stranger = issue(tmp_path, "stranger")

    with (
        pytest.raises(ProviderError, match="ne connaît pas le certificat"),
        open_client(cluster.servers["n1"], stranger, Deadline.after(30)),
    ):
        pass


def test_a_bench_is_found_again_from_another_member_without_any_file(
    cluster: Cluster, bench: Works
) -> None:
    with open_client(cluster.servers["n2"], cluster.identity, Deadline.after(120)) as other:
        (project,) = inventory.list_projects(other, ONE.instance)
        machines = inventory.list_machines(other)
        networks = inventory.list_networks(other, ONE.instance)

    assert (project.tag, project.member, project.need) == (ONE, "n2", NEED)
    assert {(each.tag.node, each.member, each.is_running) for each in machines} == {
        (NODE, "n2", True),
        (PEER, "n2", True),
    }
    assert {each.name for each in networks} == set(layout.list_networks(bench.plan, ONE))


def test_a_machine_is_unprivileged_and_has_its_files(bench: Works) -> None:
    said = works.run(bench, NODE, ("/bin/busybox", "cat", "/proc/self/uid_map", "/lost"))
    assert said.code == 1
    assert "lost" in said.errors
    inside, outside, _count = map(int, said.output.split())
    assert inside == 0
    assert outside > 0
    assert shell(bench, "cat /etc/labctl/node; stat -c %a /etc/labctl/node") == f"{NODE}640"


def test_machines_of_one_cable_reach_each_other(bench: Works) -> None:
    join_ends(bench)

    assert "1 packets received" in shell(bench, f"ping -c1 -W20 {THERE}")


def test_benches_of_the_same_addresses_on_two_members_hear_nothing_of_each_other(
    client: Client, bench: Works, image: str
) -> None:
    twin = make(Works(client, bench.plan, TWIN, "n1"), image)
    join_ends(twin)
    for one in (bench, twin):
        page = f"mkdir /run/www; echo {one.tag.bench} > /run/www/whose; httpd -h /run/www"
        shell(one, page, PEER)

    ask = f"wget -q -O - http://{THERE}/whose"
    assert [shell(one, ask) for one in (bench, twin)] == ["1", "3"]

    works.stop(twin, PEER)
    assert shell(bench, ask) == "1"
    assert works.run(twin, NODE, ("/bin/busybox", "timeout", "5", *ask.split())).code != 0
    assert works.remove(client, TWIN)


def test_a_power_cut_keeps_the_disk_and_a_restore_gives_back_what_was_made(bench: Works) -> None:
    shell(bench, "echo work > /etc/work; echo lost > /run/lost")
    works.stop(bench, NODE)
    works.start(bench, NODE)
    assert until(lambda: shell(bench, "ls /run") == "started", Deadline.after(30))
    assert shell(bench, "cat /etc/work") == "work"

    works.stop(bench, NODE)
    works.restore(bench, NODE)
    works.start(bench, NODE)
    assert shell(bench, "cat /etc/work; ls /etc/labctl") == ""


def test_an_act_of_the_cluster_that_outlives_its_deadline_is_told(
    cluster: Cluster, bench: Works
) -> None:
    with open_client(cluster.servers["n1"], cluster.identity, Deadline.after(6)) as hurried:
        late = Works(hurried, bench.plan, ONE, "n2")
        with pytest.raises(ProviderError, match=r"tourne encore|n'a pas répondu à temps"):
            works.run(late, NODE, ("/bin/busybox", "sleep", "15"))


def test_down_takes_one_bench_and_leaves_the_others(client: Client, bench: Works) -> None:
    works.make_project(Works(client, bench.plan, OTHER, "n1"), NEED)

    assert works.remove(client, OTHER)
    assert not works.remove(client, OTHER)

    assert [each.tag for each in inventory.list_projects(client, ONE.instance)] == [ONE]
    assert client.read(locate("projects", FOREIGN))["name"] == FOREIGN

"""A machine takes all that it can get: its bounds hold, and a member that is full says so.

Memory, processes and the pool are really taken, on a real cluster.
"""

from collections.abc import Iterator

import pytest

from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.providers.incus import inventory, works
from labctl.providers.incus.client import Client
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.placement import Claim, place, require_all
from labctl.providers.incus.works import Said, Works
from labctl.spec.hosting import Need
from tests.small_bench import outer_plan

NEED, TAG = Need(100, 1000, 1), Tag("0c0c0c0c", 1)
GREEDY, OTHER = map(NodeName, ("internet", "routeur"))
MEMBER = "n1"
GIVEN_MIB = 80
KILLED = 137
FILL = """mkdir /fill
size=4096
while [ $size -ge 8 ]; do
    n=$((n + 1))
    fallocate -l ${size}M /fill/$n 2> /dev/null || size=$((size / 2))
done
sync
echo full"""


@pytest.fixture(scope="module")
def bench(client: Client, image: str) -> Iterator[Works]:
    """Make two machines on one member."""
    built = Works(client, outer_plan(), TAG, MEMBER)
    works.make_project(built, NEED)
    works.make_networks(built, ("n1", "n2"))
    for node in (GREEDY, OTHER):
        works.make_machine(built, node, image)
        works.start(built, node)
    yield built
    works.remove(client, TAG)


def shell(bench: Works, script: str, node: NodeName = GREEDY) -> Said:
    return works.run(bench, node, ("/bin/busybox", "sh", "-c", script))


def test_a_machine_gets_so_many_processes_and_the_others_start_theirs(bench: Works) -> None:
    script = "i=0; while [ $i -lt 4200 ]; do sleep 300 & i=$((i + 1)); done"

    said = shell(bench, script)

    assert "can't fork" in said.errors
    assert shell(bench, "sh -c 'echo lives'", OTHER).output == "lives\n"
    works.stop(bench, GREEDY)
    works.start(bench, GREEDY)


def test_a_machine_gets_so_much_memory_and_the_others_keep_theirs(bench: Works) -> None:
    assert shell(bench, "dd if=/dev/zero of=/dev/null bs=2500M count=1").code == KILLED
    assert shell(bench, "echo lives", OTHER).output == "lives\n"


@pytest.fixture
def full(bench: Works) -> Works:
    """Have a machine fill the pool of its member."""
    said = shell(bench, FILL)
    assert said.output.strip() == "full", said.errors
    return bench


def test_a_member_that_is_full_gets_no_bench_and_an_act_on_it_ends_in_a_sentence(
    full: Works,
) -> None:
    members = inventory.list_members(full.client, "default")
    assert place(members, [Claim(2, NEED)]).members == {2: "n2"}
    with pytest.raises(ProviderError, match="Mio de disque"):
        require_all(place(members, [Claim(2, NEED, wish=MEMBER)]))

    with pytest.raises(ProviderError, match="Incus refuse") as told:
        works.push(full, OTHER, "/given", bytes(GIVEN_MIB << 20))

    assert "no space" in told.value.message.lower()
    assert shell(full, "rm -r /fill; sync").code == 0
    works.push(full, OTHER, "/given", bytes(GIVEN_MIB << 20))

"""Two benches of the same addresses, one on each member of a real cluster, as a teacher uses them.

The subject of the second certificate has three machines: `make demo PROVIDER=incus` has two whole
benches, and takes more than an hour.
"""

import pytest

from labctl.providers.incus import inventory
from labctl.providers.incus.client import Client
from tests.commands import Command
from tests.incus.cluster import ADDRESSES, Cluster, write_room
from tests.libvirt.sheets import grade, list_refused
from tests.subjects import SUBJECTS

CHECKS = len(SUBJECTS["second certificate"].checks)
LONG = 3600.0


@pytest.fixture(scope="module")
def benches(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Build two benches of the first variant: neighbours would have others."""
    room = write_room(cluster, tmp_path_factory.mktemp("room"), "demo-ccp2")
    beside, afar = "{num: 2, rang: 0, colonne: 1,", "{num: 2, hote: n2, rang: 1, colonne: 2,"
    text = room.read_text(encoding="utf-8")
    assert beside in text
    room.write_text(text.replace(beside, afar), encoding="utf-8")
    benches = Command(tmp_path_factory.mktemp("state"), {"LABCTL_ROOM": str(room)})
    benches.must("up", "1-2", timeout_s=LONG)
    return benches


def test_each_is_whole_on_its_member(benches: Command, client: Client) -> None:
    said = benches.json("status", "1-2")["benches"]
    assert [each["condition"] for each in said] == ["prêt", "prêt"]
    machines = inventory.list_machines(client)
    assert {machine.member for machine in machines} == set(ADDRESSES)
    assert len({(machine.project, machine.member) for machine in machines}) == len(ADDRESSES)


def test_nothing_conforms_on_untouched_benches(benches: Command) -> None:
    for sheet in grade(benches, "1-2"):
        assert len(list_refused(sheet)) == CHECKS


def test_the_solved_one_conforms_in_everything_and_the_other_is_judged_for_itself(
    benches: Command,
) -> None:
    benches.must("solve", "1", timeout_s=LONG)

    solved, untouched = grade(benches, "1-2")

    assert list_refused(solved) == []
    assert solved["counts"]["aidé"] == CHECKS
    assert len(list_refused(untouched)) == CHECKS
    assert (solved["variant"], untouched["variant"]) == ("A", "A")


def test_reset_of_the_solved_one_is_proved(benches: Command) -> None:
    (proof,) = benches.json("reset", "1", timeout_s=LONG)["reset"]

    assert proof["proof"]["kept"] == []
    assert proof["proof"]["found_in"] == []
    assert proof["proof"]["nodes"]


def test_down_leaves_nothing(benches: Command, client: Client) -> None:
    benches.must("down", "1-2", timeout_s=LONG)

    assert inventory.list_machines(client) == ()
    assert not list((benches.state / "benches").glob("*"))

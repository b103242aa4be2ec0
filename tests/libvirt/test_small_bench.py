"""Two small benches as virtual machines, one on each of two hosts, as a teacher uses them.

The subject of the second certificate has one virtual machine, a workstation. The whole title, which
has six, takes ten minutes where processors are emulated: `test_whole_bench.py`, at night.
"""

import json

import pytest

from tests.commands import Command
from tests.far_host import FarHost
from tests.libvirt.sheets import LONG, grade, list_refused
from tests.subjects import SUBJECTS

CHECKS = len(SUBJECTS["second certificate"].checks)


@pytest.fixture(scope="module")
def benches(small_room: Command) -> Command:
    small_room.must("up", "1-2", timeout_s=LONG)
    return small_room


def test_every_host_is_looked_at_and_has_its_images(benches: Command) -> None:
    said = benches.run("doctor", "--json")
    built = json.loads(benches.must("images", "build", "--json", timeout_s=LONG))

    found = {each["name"]: each["ok"] for each in json.loads(said.stdout)["findings"]}
    assert found["hôte ici : libvirtd"]
    assert found["hôte loin : libvirtd"]
    assert found["hôte loin : overlay"]
    assert (bool(built["layers"]), built["failed"]) == (True, [])


def test_each_is_on_its_host_and_nothing_is_left_to_build(benches: Command, host: FarHost) -> None:
    document = benches.json("up", "1-2", "--dry-run")

    assert (host.state / "benches" / "02").is_dir()
    assert document["would_build"] == {"1": [], "2": []}
    assert document["differences"] == {"1": [], "2": []}


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


def test_reset_of_a_solved_bench_is_proved(benches: Command) -> None:
    (proof,) = benches.json("reset", "1", timeout_s=LONG)["reset"]

    assert proof["proof"]["kept"] == []
    assert proof["proof"]["found_in"] == []
    assert proof["proof"]["renewed"]
    assert proof["proof"]["nodes"]
    assert all(each["expected"] == each["observed"] for each in proof["proof"]["nodes"])


def test_down_leaves_nothing(benches: Command, host: FarHost) -> None:
    benches.must("down", "1-2", timeout_s=LONG)

    assert not (benches.state / "benches").exists()
    assert not (benches.state / "hypervisors.json").exists()
    assert not (benches.state / "elsewhere").exists()
    assert not (host.state / "benches").exists()
    assert benches.json("down", "1-2", "--dry-run")["would_remove"] == []

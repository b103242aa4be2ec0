"""The whole bench of the shipped cahier as virtual machines, as a teacher uses it."""

import json

import pytest

from tests.commands import Command

LONG = 900.0
CHECKS = 45
"""Of the network, the directory, the files and a Linux workstation."""


@pytest.fixture(scope="module")
def bench(room: Command) -> Command:
    room.must("up", "1", timeout_s=LONG)
    return room


def test_dry_run_finds_nothing_to_do_on_a_bench_that_is_up(bench: Command) -> None:
    document = bench.json("up", "1", "--dry-run")

    assert document["would_build"] == {"1": []}
    assert document["differences"] == {"1": []}


def test_nothing_conforms_on_an_untouched_bench(bench: Command) -> None:
    done = bench.run("grade", "1", "--json", timeout_s=LONG)

    assert done.returncode == 0, done.stdout  # slowness is no answer, and none is lacking either
    (sheet,) = json.loads(done.stdout)["benches"]
    assert sheet["counts"].get("conforme", 0) == 0
    assert sheet["counts"]["non conforme"] > 0


def test_a_solved_bench_conforms_in_everything_as_the_embedded_one_does(bench: Command) -> None:
    bench.must("solve", "1", timeout_s=LONG)

    done = bench.run("grade", "1", "--strict", "--json", timeout_s=LONG)

    assert done.returncode == 0, done.stdout
    (sheet,) = json.loads(done.stdout)["benches"]
    assert sheet["counts"]["conforme"] == sum(sheet["counts"].values()) == CHECKS


def test_reset_of_the_whole_bench_is_proved(bench: Command) -> None:
    (proof,) = bench.json("reset", "1", timeout_s=LONG)["reset"]

    assert proof["proof"]["kept"] == []
    assert proof["proof"]["found_in"] == []
    assert len(proof["proof"]["renewed"]) == 22
    assert all(each["expected"] == each["observed"] for each in proof["proof"]["nodes"])
    assert len(proof["proof"]["nodes"]) == 15


def test_down_leaves_nothing(bench: Command) -> None:
    bench.must("down", "1", timeout_s=LONG)

    assert not (bench.state / "benches").exists()
    assert not (bench.state / "hypervisors.json").exists()
    assert bench.json("down", "1", "--dry-run")["would_remove"] == []

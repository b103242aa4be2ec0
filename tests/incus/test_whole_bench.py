"""A whole bench of the shipped title on a real cluster: its verdicts are the embedded bench's.

Every image, every machine and every look takes an emulated member minutes.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.providers.incus import inventory
from labctl.providers.incus.client import Client
from tests.incus.cluster import Cluster, write_room

LONGEST_S = 3600.0
Verdicts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Bench:
    """The first bench of a room, asked by the command that a teacher types."""

    room: str
    state: Path

    def call(self, verb: str, *words: str) -> str:
        """Have something done, which succeeds; return what is said of it."""
        argv = (sys.executable, "-m", "labctl", verb, "1", *words)
        own = {"LABCTL_STATE_DIR": str(self.state), "LABCTL_YES": "1"}
        return run(argv, Deadline.after(LONGEST_S), env={**os.environ, **own}).stdout

    def judge(self) -> Verdicts:
        """Look at the bench, and return the verdict of each check on each machine."""
        said = json.loads(self.call("grade", "--json", "--room", self.room))
        assert not said["failed"]
        found = json.loads(Path(said["benches"][0]["run"], "verdicts.json").read_text("utf-8"))
        return {(each["check"], each["machine"]): each["verdict"] for each in found["verdicts"]}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Build the embedded bench of the same room, variant and secrets."""
    bench = Bench("demo", tmp_path_factory.mktemp("here"))
    bench.call("up", "--room", bench.room)
    yield bench
    bench.call("down")


@pytest.fixture(scope="module")
def there(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Build it on the cluster."""
    room = write_room(cluster, tmp_path_factory.mktemp("room"))
    bench = Bench(str(room), tmp_path_factory.mktemp("there"))
    bench.call("up", "--room", bench.room)
    yield bench
    bench.call("down")


def test_an_untouched_bench_is_judged_as_the_embedded_one_is(here: Bench, there: Bench) -> None:
    assert there.judge() == here.judge()


def test_a_solved_bench_conforms(there: Bench) -> None:
    there.call("solve", "--room", there.room)

    found = there.judge()

    assert {case: verdict for case, verdict in found.items() if verdict != "conforme"} == {}
    assert len(found) > 100


def test_a_reset_is_proved(there: Bench) -> None:
    there.call("reset", "--room", there.room)

    assert "conforme" not in there.judge().values()


def test_down_leaves_nothing(there: Bench, client: Client) -> None:
    there.call("down")

    assert inventory.list_machines(client) == ()
    assert not list((there.state / "benches").glob("*"))

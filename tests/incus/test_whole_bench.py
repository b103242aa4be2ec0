"""A whole bench of the shipped title on a real cluster: its verdicts are the embedded bench's.

Every image, every machine and every look takes an emulated member minutes.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId
from labctl.core.wait import until
from labctl.providers.incus import inventory, works
from labctl.providers.incus.client import Client
from labctl.providers.incus.layout import Tag
from labctl.providers.namespaces import bench as benches
from tests.attacks.test_escapes_of_root import EVERY
from tests.incus.cluster import Cluster, write_room

LONGEST_S = 3600.0
PERSON_DECIDES = 4
"""Exit code of a look that leaves documents to a person."""
SABOTAGE, INCIDENT = "K-088", "P-56"
ORDERS = ("/bin/sh", "-c", "grep -lzx 'labct[l]' /proc/[0-9]*/cmdline")
"""Run in the jury's instance: prints its processes of `labctl serve`, a line each."""
LOOK = "stat -c '%u:%g %a %Y' /etc/samba/smb.conf; cat /etc/samba/smb.conf"
"""Of the file that the incident changes: its owner, mode, time and content."""
HARMLESS = {
    "a fresh /proc",  # what it writes to is still the root's of the member, who is somebody else
    "control groups and their release_agent",  # its own, of the second version: it has no agent
    "a user namespace",
    "a mount namespace",
    "the namespaces of another process",  # of its own PID 1
    "keys of the host s root",  # of a user of the member that nobody else is
}
"""What succeeds in a user namespace and leads nowhere."""
Verdicts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Bench:
    """The first bench of a room, asked by the command that a teacher types."""

    room: str
    state: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of a command about this bench; it asks no question."""
        return {**os.environ, "LABCTL_STATE_DIR": str(self.state), "LABCTL_YES": "1"}

    def call(self, verb: str, *words: str) -> str:
        """Have something done, which succeeds; return what is said of it."""
        argv = (sys.executable, "-m", "labctl", *verb.split(), "1", *words)
        done = run(argv, Deadline.after(LONGEST_S), env=self.environment, check=False)
        assert done.exit_code in (0, PERSON_DECIDES), done.stderr
        return done.stdout

    def kill_a_look(self, is_under_way: Callable[[], bool]) -> None:
        """Look at the bench, and end that with a kill once it is under way."""
        argv = (sys.executable, "-m", "labctl", "grade", "1", "--room", self.room)
        with subprocess.Popen(argv, env=self.environment) as look:  # noqa: TID251
            assert until(is_under_way, Deadline.after(LONGEST_S))
            look.kill()
        assert look.returncode == -signal.SIGKILL

    def enter(self, machine: str, script: str) -> str:
        """Return what a script says, run by root of a machine."""
        inside = (machine, "--room", self.room, "--", "/bin/sh", "-s")
        argv = (sys.executable, "-m", "labctl", "connect", "1", *inside)
        return run(argv, Deadline.after(LONGEST_S), env=self.environment, stdin=script).stdout

    def judge(self) -> Verdicts:
        """Look at the bench, and return the verdict of each check on each machine."""
        said = json.loads(self.call("grade", "--json", "--room", self.room))
        assert not said["failed"]
        found = json.loads(Path(said["benches"][0]["run"], "verdicts.json").read_text("utf-8"))
        return {(each["check"], each["machine"]): each["verdict"] for each in found["verdicts"]}

    def incident(self, act: str, *words: str) -> dict[str, Any]:
        """Do something with the incidents of the bench; return what is written of the last one."""
        said = json.loads(self.call(f"incident {act}", *words, "--json", "--room", self.room))
        assert not said["failed"]
        last: dict[str, Any] = said["benches"]["1"][-1]
        return last


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


def test_a_look_that_is_killed_is_ended_by_the_next(
    here: Bench, there: Bench, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Incus goes on with an order whose giver was killed; two looks at once would disturb."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(there.state))
    plan = benches.read_plan(benches.Bench(BenchId(1)))
    bench = works.Works(client, plan, Tag(benches.instance(), plan.bench), "n1")

    def list_orders() -> list[str]:
        return works.run(bench, plan.management.vantage, ORDERS).output.splitlines()

    there.kill_a_look(lambda: bool(list_orders()))
    left = list_orders()
    assert len(left) == 1

    assert there.judge() == here.judge()

    assert list_orders() == []


@pytest.mark.parametrize("machine", ["poste", "nas", "dc", "routeur", "point_acces"])
def test_root_of_a_machine_gets_nothing_of_its_member(there: Bench, machine: str) -> None:
    said = there.enter(machine, f"{EVERY}\necho all were tried\n").splitlines()

    assert said[-1] == "all were tried"
    assert {line.removeprefix("OUT: ") for line in said[:-1]} <= HARMLESS


def test_a_sabotage_is_proved_from_beside(there: Bench) -> None:
    said = json.loads(there.call("prove", "--only", SABOTAGE, "--json", "--room", there.room))

    rows = {row["case"]: row["reasons"] for row in said["checks"]}
    assert (said["failed"], said["interruptions"], rows[SABOTAGE]) == ({}, [], [])


def test_an_incident_is_injected_repaired_and_undone_from_beside(there: Bench) -> None:
    before = there.enter("nas", LOOK)
    injected = there.incident("inject", "--only", INCIDENT)
    assert (injected["stage"], bool(injected["shown"])) == ("injectée", True)
    assert there.enter("nas", LOOK) != before
    seen = there.incident("status")["looks"][-1]["lines"]
    assert (seen["symptom"], seen["cause"]) == ("non", "non")
    repaired = there.incident("repair")["looks"][-1]["lines"]
    assert set(repaired.values()) == {"oui"}

    assert there.incident("undo")["stage"] == "retirée"

    assert there.enter("nas", LOOK) == before


def test_a_solved_bench_conforms(there: Bench) -> None:
    there.call("solve", "--room", there.room)

    found = there.judge()

    assert {case: verdict for case, verdict in found.items() if verdict != "conforme"} == {}
    assert len(found) > 90


def test_a_reset_is_proved(there: Bench) -> None:
    there.call("reset", "--room", there.room)

    assert "conforme" not in there.judge().values()


def test_down_leaves_nothing(there: Bench, client: Client) -> None:
    there.call("down")

    assert inventory.list_machines(client) == ()
    assert not list((there.state / "benches").glob("*"))

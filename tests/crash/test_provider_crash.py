"""kill -9 at any instant: the same verb again converges, and down leaves nothing of ours."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.providers.base import BenchCondition
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import Bench, instance
from tests.contract.node_lab import list_links, list_tenants
from tests.crash.kill_points import count_points, kill_at
from tests.small_bench import small_plan

pytestmark = pytest.mark.embedded

PLAN = small_plan()
BENCH = BenchId(1)
PROBE = NodeName("sonde_admin")
POINTS = 9
"""Points tried per verb, spread from the first change to the last."""


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """Give a state folder; at the end nothing of it may be left, and the decoys must be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
        links = list_links()
        with decoy(tmp_path) as foreign:
            yield tmp_path / "state"
            down()
            assert os.waitpid(foreign, os.WNOHANG) == (0, 0), "a foreign process was killed"
        assert (tmp_path / "benches/01/foreign").read_text() == "mine"
        assert processes.scan(instance()) == ()
        assert until(lambda: not list_tenants(tmp_path / "state"), Deadline.after(5))
        assert not (tmp_path / "state/benches").exists()
        assert list_links() == links


@contextmanager
def decoy(folder: Path) -> Iterator[int]:
    """Give a process and a file that look like ours and are not."""
    (folder / "benches/01").mkdir(parents=True)
    (folder / "benches/01/foreign").write_text("mine")
    tag = processes.tag("00000000", "01", "jury")
    environment = {**os.environ, "LABCTL_TAG": tag}
    argv = ("unshare", "--pid", "--fork", "--kill-child", "sleep", "600")
    pid = os.posix_spawnp(argv[0], argv, environment)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def up() -> None:
    EmbeddedProvider().up(PLAN, silent, Deadline.after(60))


def reset() -> None:
    assert EmbeddedProvider().reset(PLAN, (), silent, Deadline.after(60)).is_proved()


def reset_one() -> None:
    assert EmbeddedProvider().reset(PLAN, (PROBE,), silent, Deadline.after(60)).is_proved()


def down() -> None:
    provider = EmbeddedProvider()
    for bench in provider.list_benches():
        provider.down(bench, Deadline.after(30))


def built() -> None:
    """Begin from a bench a candidate worked on."""
    up()
    leave_work()


def damaged() -> None:
    """Begin from a bench with a dead machine."""
    built()
    os.kill(Bench(BENCH).scan()[NodeName("sonde_serveurs")].pid, signal.SIGKILL)


def leave_work() -> None:
    argv = EmbeddedProvider().enter_argv(BENCH, PROBE, ("sh", "-c", "echo work > /root/work"))
    command.run(argv, Deadline.after(10))


def work_is_there() -> bool:
    return (Bench(BENCH).node_folder(PROBE) / "upper/root/work").exists()


def is_ready() -> bool:
    return EmbeddedProvider().status(BENCH).condition is BenchCondition.READY


Verb = Callable[[], None]
VERBS: dict[str, tuple[Verb, Verb]] = {
    "up": (down, up),
    "repair": (damaged, up),
    "reset": (built, reset),
    "reset-one": (built, reset_one),
    "down": (built, down),
}


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("name", VERBS)
def test_a_killed_verb_converges_when_it_is_run_again(name: str) -> None:
    begin, verb = VERBS[name]
    begin()
    total = count_points(verb)
    assert total >= POINTS
    for point in {1 + round(step * (total - 1) / (POINTS - 1)) for step in range(POINTS)}:
        begin()
        kill_at(verb, point)
        verb()
        assert is_ready() is (name != "down"), f"{name} killed at {point} of {total}"


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("name", ["repair", "reset-one"])
def test_the_work_of_a_candidate_survives_a_killed_repair_and_not_a_killed_reset(
    name: str,
) -> None:
    begin, verb = VERBS[name]
    begin()
    total = count_points(verb)
    for point in (total // 3, total // 2, total - 1):
        begin()
        kill_at(verb, point)
        up()
        assert is_ready()
        assert work_is_there() is (name == "repair"), f"{name} killed at {point} of {total}"


@pytest.mark.usefixtures("state")
def test_down_cleans_up_after_an_up_killed_at_any_time() -> None:
    clock = random.Random(7)  # noqa: S311  # the same instants in each run
    for _round in range(12):
        pid = os.fork()
        if pid == 0:
            run_quietly(up)
        limit = Deadline.after(clock.uniform(0.02, 0.6))
        until(lambda limit=limit: limit.is_over(), limit)  # type: ignore[misc]
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        down()
        assert processes.scan(instance()) == ()
        assert until(lambda: not list_tenants(Bench(BENCH).folder), Deadline.after(5))
        assert EmbeddedProvider().list_benches() == ()


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.05, 0.08, 0.12, 0.2])
def test_up_converges_after_its_child_program_was_killed(after_s: float) -> None:
    pid = os.fork()
    if pid == 0:
        run_quietly(up)
    until(list_spawners, Deadline.after(5), every_s=0.005)
    limit = Deadline.after(after_s)
    until(limit.is_over, limit)
    processes.kill(list_spawners(), Deadline.after(5))
    os.waitpid(pid, 0)

    up()

    assert is_ready()


def list_spawners() -> tuple[processes.Process, ...]:
    return tuple(p for p in processes.scan(instance()) if p.node == processes.SPAWNER)


def run_quietly(act: Callable[[], None]) -> None:
    """Run in a forked child, whatever comes, and end it without the tests' own clean-up."""
    try:
        act()
    except LabctlError:
        pass
    finally:
        os._exit(0)


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("lost", ["state.json", "plan.json", "secrets", "nodes", "endpoints.json"])
def test_down_and_up_work_when_a_document_is_lost(lost: str) -> None:
    up()
    path = Bench(BENCH).folder / lost
    path.rename(path.with_name("lost"))

    down()
    up()

    assert is_ready()

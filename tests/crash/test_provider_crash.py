"""kill -9 at any instant: the same verb again converges, and down leaves nothing of ours."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError
from labctl.core.wait import until
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.bench import Bench, instance
from tests.contract.node_lab import list_tenants
from tests.crash.kill_points import count_points, kill_at
from tests.crash.small import (
    BENCH,
    KILLS,
    SCALE,
    TRIALS,
    down,
    find_troubles,
    is_ready,
    up,
    watched_state,
    work_is_there,
)
from tests.figures import Figures

pytestmark = pytest.mark.embedded

POINTS = {"up": 6, "down": 6, "seal": 4, "unseal": 3, "seal-again": 3}
"""Points tried per verb, spread from the first change to the last."""
OTHERS, IN_GROUP = 5, 2


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """Give a state folder of which nothing may be left at the end."""
    with watched_state(tmp_path) as folder:
        yield folder


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("name", TRIALS)
def test_a_killed_verb_converges_when_it_is_run_again(name: str, figures: Figures) -> None:
    points = POINTS.get(name, OTHERS) * SCALE
    killed = partial(figures.add, KILLS, name)
    assert list(find_troubles(TRIALS[name], points, killed=killed)) == []


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("name", TRIALS if SCALE > 1 else ("up", "reset-one", "seal"))
def test_a_verb_whose_process_group_is_killed_converges_too(name: str, figures: Figures) -> None:
    killed = partial(figures.add, KILLS, f"{name}, the whole group")
    assert list(find_troubles(TRIALS[name], IN_GROUP * SCALE, group=True, killed=killed)) == []


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("name", ["repair", "reset-one"])
def test_the_work_of_a_candidate_survives_a_killed_repair_and_not_a_killed_reset(
    name: str, figures: Figures
) -> None:
    trial = TRIALS[name]
    trial.begin()
    total = count_points(trial.verb)
    for point in (total // 3, total // 2, total - 1):
        trial.begin()
        if kill_at(trial.verb, point):
            figures.add(KILLS, f"{name}, then up")
        up()
        assert is_ready()
        assert work_is_there() is (name == "repair"), f"{name} killed at {point} of {total}"


@pytest.mark.usefixtures("state")
def test_down_cleans_up_after_an_up_killed_at_any_time(figures: Figures) -> None:
    clock = random.Random(7)  # noqa: S311  # the same instants in each run
    for _round in range(12):
        pid = os.fork()
        if pid == 0:
            run_quietly(up)
        limit = Deadline.after(clock.uniform(0.02, 0.6))
        until(lambda limit=limit: limit.is_over(), limit)  # type: ignore[misc]
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        figures.add(KILLS, "up, at an instant, then down")
        down()
        # A program that was forked as its parent died has no tag until it is executed: ``down`` saw
        # none, and it ends itself before it makes anything (kernel.die_with_parent).
        assert until(lambda: not processes.scan(instance()), Deadline.after(60))
        assert until(lambda: not list_tenants(Bench(BENCH).folder), Deadline.after(60))
        assert EmbeddedProvider().list_benches() == ()


@pytest.mark.parametrize("program", ["spawn", "chroot"])
def test_a_program_whose_parent_has_ended_makes_nothing(program: str) -> None:
    orphaned = {**runtime.child_environment(instance(), "01"), "LABCTL_PARENT": "0"}
    argv = runtime.child_argv(program)
    done = run(argv, Deadline.after(60), stdin="never read", env=orphaned, check=False)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.05, 0.08, 0.12, 0.2])
def test_up_converges_after_its_child_program_was_killed(after_s: float, figures: Figures) -> None:
    pid = os.fork()
    if pid == 0:
        run_quietly(up)
    until(lambda: find_spawner(pid), Deadline.after(60), every_s=0.005)
    limit = Deadline.after(after_s)
    until(limit.is_over, limit)
    spawner = find_spawner(pid)
    if spawner:
        os.kill(spawner, signal.SIGKILL)
        figures.add(KILLS, "up, the program that starts machines")
    os.waitpid(pid, 0)

    up()

    assert is_ready()
    assert spawner or after_s  # nothing was waited for: it was there


def find_spawner(parent: int) -> int:
    """Return the program that starts machines, a child of ``up``; 0 when there is none.

    Looking at every process of the machine takes longer than it lives.
    """
    tag = f"LABCTL_TAG={processes.tag(instance(), '01', processes.SPAWNER)}".encode()
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):  # a thread, or a child, that has ended
            for child in task.read_text("ascii").split():
                if tag in Path(f"/proc/{child}/environ").read_bytes():
                    return int(child)
    return 0


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

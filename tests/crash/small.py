"""A small bench to kill labctl on: where a verb begins, what it does, what must hold after it."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.pipeline import sealed
from labctl.pipeline.seal import Work, keys_dir, seal_bench, unseal_bench
from labctl.providers import parts
from labctl.providers.base import BenchCondition
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import Bench, instance
from labctl.seal import signature
from tests.contract.node_lab import kill_machine, list_links, list_tenants
from tests.crash.kill_points import count_points, kill_at, spread
from tests.small_bench import small_plan

PLAN = small_plan()
BENCH = BenchId(1)
PROBE = NodeName("sonde_admin")
SCALE = int(os.environ.get("LABCTL_CRASH", "1"))
"""How many times as many points as in ``make test``: ``make crash`` asks for more."""
KILLS = "kill points"
"""What the figures at the end call a kill that took place."""


@contextmanager
def watched_state(tmp_path: Path) -> Iterator[Path]:
    """Give a state folder; at the end nothing of it may be left, and the decoys must be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
        links = list_links()
        with decoy(tmp_path) as foreign:
            yield tmp_path / "state"
            clear()
            assert os.waitpid(foreign, os.WNOHANG) == (0, 0), "a foreign process was killed"
        assert (tmp_path / "benches/01/foreign").read_text() == "mine"
        assert processes.scan(instance()) == ()
        assert until(lambda: not list_tenants(tmp_path / "state"), Deadline.after(60))
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
    kill_machine(BENCH, NodeName("sonde_serveurs"))


def leave_work() -> None:
    enter("echo work > /root/work")


def enter(script: str) -> None:
    argv = EmbeddedProvider().enter_argv(BENCH, PROBE, ("sh", "-c", script))
    command.run(argv, Deadline.after(60))


def work_is_there() -> bool:
    return (Bench(BENCH).node_folder(PROBE) / "upper/root/work").exists()


def work_text() -> str:
    return (Bench(BENCH).node_folder(PROBE) / "upper/root/work").read_text()


def is_ready() -> bool:
    return status() is BenchCondition.READY


def status() -> BenchCondition:
    return EmbeddedProvider().status(BENCH).condition


def clear() -> None:
    """Take everything down, seals included."""
    sealed.throw_seal_away(BENCH)
    EmbeddedProvider().down(BENCH, Deadline.after(30))  # by its number: a killed down ended, maybe


def fresh() -> None:
    """Begin from a new bench a candidate worked on."""
    clear()
    built()


def seal() -> None:
    seal_bench(_work(), signature.ensure_key(keys_dir()))


def unseal() -> None:
    unseal_bench(_work(), keys_dir() / signature.SIGNERS)


def closed() -> None:
    """Begin from a sealed bench."""
    fresh()
    seal()


def opened() -> None:
    """Begin from a sealed bench that a jury changed."""
    closed()
    unseal()
    enter("echo jury > /root/work")


def _work() -> Work:
    sealer = parts.load_sealer("embedded")
    return Work(int(BENCH), "embedded", sealer, silent, Deadline.after(120))


def is_sealed() -> bool:
    return status() is BenchCondition.SEALED and work_text() == "work\n"


def is_open() -> bool:
    return status() is BenchCondition.OPENED and work_text() == "work\n"


def is_gone() -> bool:
    """Tell whether nothing of the bench is left, by its files and by its tags."""
    return EmbeddedProvider().list_benches() == () and processes.scan(instance()) == ()


@dataclass(frozen=True)
class Trial:
    """What is killed: from where, which verb, and what must hold once it was run again.

    ``again`` is another verb to run then, where it is not the same.
    """

    begin: Callable[[], None]
    verb: Callable[[], None]
    holds: Callable[[], bool]
    again: Callable[[], None] | None = None


TRIALS = {
    "up": Trial(clear, up, is_ready),
    "repair": Trial(damaged, up, lambda: is_ready() and work_is_there()),
    "reset": Trial(built, reset, lambda: is_ready() and not work_is_there()),
    "reset-one": Trial(built, reset_one, lambda: is_ready() and not work_is_there()),
    "down": Trial(built, down, is_gone),
    "seal": Trial(fresh, seal, is_sealed),
    "unseal": Trial(closed, unseal, is_open),
    "seal-again": Trial(opened, seal, is_sealed),
}


def find_troubles(
    trial: Trial,
    points: int,
    *,
    group: bool = False,
    killed: Callable[[], None] = lambda: None,
) -> Iterator[str]:
    """Kill a verb at points spread from its first change to its last, and run it again each time.

    Yields what did not converge: where the kill was, and what was wrong. ``killed`` is called for
    each kill that took place.
    """
    trial.begin()
    total = count_points(trial.verb)
    for point in spread(total, points):
        trial.begin()
        if kill_at(trial.verb, point, group=group):
            killed()
        try:
            (trial.again or trial.verb)()
            said = "" if trial.holds() else "does not hold"
        except (LabctlError, OSError, AssertionError) as exc:
            said = f"{type(exc).__name__}: {exc}"
        if said:
            yield f"killed at {point} of {total}: {said}"

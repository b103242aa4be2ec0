"""Verbs in any order, killed anywhere, beside drift made by hand: what must hold always holds."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from labctl.collect.bundle import load
from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import Busy, LabctlError, ProviderError, StoreError
from labctl.pipeline import sealed
from labctl.pipeline.building import up as up_benches
from labctl.pipeline.place import bench_dir, load_place, lock_path
from labctl.providers.base import BenchCondition
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.bench import Bench, instance
from labctl.seal.document import SealPhase, read_phase
from tests.contract.node_lab import list_links
from tests.crash import small
from tests.crash.acts import write_evidence
from tests.crash.kill_points import kill_at
from tests.crash.small import BENCH, PLAN, PROBE, SCALE
from tests.figures import Figures

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(1800)]

EXAMPLES, STEPS = (20, 12) if SCALE > 1 else (3, 8)
CLOSED = (SealPhase.SEALING, SealPhase.SEALED, SealPhase.OPENING)


def guarded(verb: Callable[[], None], require: Callable[[int], None]) -> Callable[[], None]:
    """Return a verb as the command runs it: under the lock, refused where a seal forbids it."""

    def act() -> None:
        with store.lock(lock_path(BENCH), "labctl verb"):
            require(BENCH)
            verb()

    return act


def accept(_bench: int) -> None:
    """Require nothing: the verb asks by itself."""


VERBS = {
    "up": guarded(small.up, sealed.require_open),
    "reset": guarded(small.reset, sealed.require_unsealed),
    "reset-one": guarded(small.reset_one, sealed.require_unsealed),
    "down": guarded(small.down, sealed.require_unsealed),
    "seal": guarded(small.seal, accept),
    "unseal": guarded(small.unseal, accept),
    "throw away": guarded(small.down, sealed.throw_seal_away),
}


def attempt(verb: Callable[[], None]) -> LabctlError | None:
    """Run a verb; return what it refused with."""
    try:
        verb()
    except LabctlError as exc:
        return exc
    return None


def kill_a_machine() -> None:
    for process in Bench(BENCH).scan().values():
        os.kill(process.pid, signal.SIGKILL)
        break


def kill_all_machines() -> None:
    processes.kill(processes.scan(instance()), Deadline.after(60))


def cut_a_cable() -> None:
    process = Bench(BENCH).scan().get(PROBE)
    if process is not None:
        argv = ("ip", "link", "del", "eth0")
        runtime.run_in(process, argv, Deadline.after(60), check=False)


def lose(name: str) -> Callable[[], None]:
    def act() -> None:
        (bench_dir(BENCH) / name).unlink(missing_ok=True)

    return act


DRIFTS = {
    "a machine dies": kill_a_machine,
    "all machines die": kill_all_machines,
    "a cable is cut": cut_a_cable,
    "the state is lost": lose("state.json"),
    "the endpoints are lost": lose("endpoints.json"),
    "the phase of the seal is lost": lose("seal/phase.json"),
}


class AnyOrder(RuleBasedStateMachine):
    """One small bench, and whatever may happen to it."""

    figures: ClassVar[Figures]

    def __init__(self) -> None:
        super().__init__()
        self.count("sequences")
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.state = self.stack.enter_context(small.watched_state(Path(folder)))
        self.links = list_links()

    def count(self, what: str) -> None:
        """Count a step."""
        self.figures.add("in any order", what)

    @rule(name=st.sampled_from(sorted(VERBS)))
    def run(self, name: str) -> None:
        """Run a verb; what refuses says why."""
        self.count("verbs run")
        was = read_phase(bench_dir(BENCH))
        refusal = attempt(VERBS[name])
        if refusal is None:
            self.expect(name, was)
        else:  # a bench without a seal is never refused, but for what was never built
            assert was is not None or name in ("seal", "unseal", "reset-one"), refusal.message

    def expect(self, name: str, was: SealPhase | None) -> None:
        """Check what a verb that ended promises."""
        if name in ("up", "reset", "reset-one"):
            wanted = BenchCondition.OPENED if was is SealPhase.OPEN else BenchCondition.READY
            assert small.status() is wanted or name == "reset-one"
        elif name in ("down", "throw away"):
            assert small.is_gone()
        elif name == "seal":
            assert small.status() is BenchCondition.SEALED

    @rule(name=st.sampled_from(sorted(VERBS)), point=st.integers(1, 90), group=st.booleans())
    def kill(self, name: str, point: int, *, group: bool) -> None:
        """Kill a verb somewhere, it alone or with what it started."""
        self.count("verbs to be killed")
        if kill_at(VERBS[name], point, group=group):
            what = "any order, the whole group" if group else "any order"
            self.figures.add(small.KILLS, what)

    @rule(name=st.sampled_from(sorted(DRIFTS)))
    def drift(self, name: str) -> None:
        """Change the bench behind labctl's back."""
        self.count("drifts")
        DRIFTS[name]()

    @rule(point=st.integers(1, 60))
    def kill_evidence(self, point: int) -> None:
        """Kill the writing of evidence: what is loaded afterwards is whole."""
        self.count("evidence to be killed")
        if kill_at(lambda: write_evidence(self.state), point):
            self.figures.add(small.KILLS, "any order, evidence")
        for run in self.state.glob("run-*"):
            try:
                load(run)
            except StoreError:
                assert not (run / "evidence/journal.jsonl").exists()

    @rule(first=st.sampled_from(("up", "reset")), second=st.sampled_from(sorted(VERBS)))
    def two_at_once(self, first: str, second: str) -> None:
        """Run a verb while another process runs one: it waits for nothing, and names it."""
        self.count("two verbs at once")
        with started(VERBS[first]) as other:
            refusal = attempt(VERBS[second])
            if isinstance(refusal, Busy):
                assert f"pid {other})" in refusal.message

    @invariant()
    def nothing_is_outside(self) -> None:
        """Nothing of ours is ever among the cards of this machine."""
        assert list_links() == self.links

    @invariant()
    def what_is_sealed_is_closed(self) -> None:
        """A bench under seal is refused to every verb; one that is said sealed has no way in."""
        if read_phase(bench_dir(BENCH)) in CLOSED:
            with pytest.raises(sealed.BenchSealed):
                sealed.require_open(BENCH)
        if small.status() is BenchCondition.SEALED:
            assert processes.scan(instance()) == ()
            with pytest.raises(ProviderError):
                EmbeddedProvider().endpoints(PLAN)

    def teardown(self) -> None:
        """End with a bench that is built and thrown away: nothing is left (``watched_state``)."""
        with self.stack:
            sealed.throw_seal_away(BENCH)
            small.reset()
            assert small.is_ready()


@contextmanager
def started(verb: Callable[[], None]) -> Iterator[int]:
    """Run a verb in another process meanwhile; give its pid once it holds the lock, or ended."""
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        try:
            verb()
        finally:
            os._exit(0)
    limit = Deadline.after(60)
    while not limit.is_over() and not is_held() and os.waitid(os.P_PID, pid, ENDED) is None:
        pass
    try:
        yield pid
    finally:
        os.waitpid(pid, 0)


ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT


def is_held() -> bool:
    """Tell whether another process holds the lock and has written its name in it."""
    try:
        with store.lock(lock_path(BENCH), "test"):
            return False
    except Busy as exc:
        return "?" not in exc.message
    except StoreError:
        return True


def test_any_order(figures: Figures) -> None:
    class Counted(AnyOrder):
        pass

    Counted.figures = figures
    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=SCALE == 1,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_second_of_two_commands_names_the_first_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    place = load_place("demo", None)
    taken = []
    with store.lock(lock_path(1), "labctl solve"):
        for _try in range(3):
            begun = time.monotonic()
            outcome = up_benches(place, (1,), lambda _bench, _text: None)[1]
            taken.append(time.monotonic() - begun)
            assert outcome.message == f"banc 01 : tenu par labctl solve (pid {os.getpid()})"
    assert min(taken) < 5  # a tenth of a second where nothing else runs; the lock is never left


def test_of_two_that_race_for_a_lock_one_wins_and_is_named(tmp_path: Path) -> None:
    for number in range(30):
        path = tmp_path / f"{number:02d}" / "lock"
        pids = [race(path, tmp_path / f"{number}-{each}") for each in range(2)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        assert sorted(codes) == [0, 3]


def race(path: Path, said: Path) -> int:
    """Try to take a lock in another process; 0 when it had it, 3 when the other was named."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with store.lock(path, "labctl racer"):
                said.touch()
                limit = Deadline.after(10)  # until the other has been refused
                while not limit.is_over() and not list(path.parent.glob("refused")):
                    pass
            code = 0
        except Busy as exc:
            code = 3 if "labctl racer (pid " in exc.message or "?" in exc.message else 2
            (path.parent / "refused").touch()
        finally:
            os._exit(code)
    return pid

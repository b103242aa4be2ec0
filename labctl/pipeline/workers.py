"""One child process per bench: it may enter the bench's network, hang or die alone."""

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError, LabctlError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.core.regular import find_refusal
from labctl.core.wait import until
from labctl.pipeline.outcome import Outcome, Step

T = TypeVar("T")
PR_SET_PDEATHSIG = 1
ALONE_S = 2.0
"""Longest wait for ending threads before a process is forked."""
_THREADS = Path("/proc/self/task")


@dataclass(slots=True)
class _Child:
    process: BaseProcess
    pipe: Connection


def run_each(
    jobs: Mapping[int, Callable[[Report], T]],
    step: Step,
    *,
    workers: int,
    deadline: Deadline,
    may_add: Callable[[], bool] = lambda: False,
) -> dict[int, Outcome[T]]:
    """Run one job per bench in its own forked process, at most ``workers`` at once.

    ``may_add`` is asked, again and again, whether one more may start all the same.
    A job that raises, dies or outlives the deadline costs its own bench only. When the parent dies,
    the kernel ends the children.
    """
    waiting = dict(sorted(jobs.items()))
    running: dict[int, _Child] = {}
    done: dict[int, Outcome[T]] = {}
    try:
        while waiting or running:
            while waiting and (len(running) < workers or may_add()):
                bench = next(iter(waiting))
                running[bench] = _start(waiting.pop(bench))
            _listen(running, done, step)
            if deadline.is_over():
                _give_up(waiting, running, done)
    finally:
        for child in running.values():
            _kill(child)
    return dict(sorted(done.items()))


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """One job of a bench, when it must be done, and what takes note of what it came to."""

    job: Callable[[Report], T]
    limit: Deadline
    keep: Callable[[Outcome[T]], None]


def take_turns(benches: Sequence[int], take: Callable[[int], Turn[Any] | None], step: Step) -> None:
    """Give each bench one turn after another until ``take`` has none for any and all are over.

    Each turn is a forked process of its own: one that raises, dies or outlives its limit costs
    that turn only.
    """
    running: dict[int, _Child] = {}
    turns: dict[int, Turn[Any]] = {}
    done: dict[int, Outcome[Any]] = {}
    try:
        while True:
            for bench in benches:
                if bench not in running and (turn := take(bench)) is not None:
                    turns[bench], running[bench] = turn, _start(turn.job)
            if not running:
                return
            _listen(running, done, step)
            for bench in [each for each in running if turns[each].limit.is_over()]:
                _give_up({}, {bench: running.pop(bench)}, done)
            for bench in tuple(done):
                turns.pop(bench).keep(done.pop(bench))
    finally:
        for child in running.values():
            _kill(child)


@contextmanager
def call_beside(job: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Do a job that only computes in a process of its own meanwhile; the way to its result.

    What came to nothing there is done here, so that the caller meets what went wrong.
    """
    child = _start(lambda _report: job())

    def wait_for() -> T:
        try:
            outcome: Outcome[T] = child.pipe.recv()[1]
        except (EOFError, OSError):
            return job()
        return cast("T", outcome.value) if outcome.ok else job()

    try:
        yield wait_for
    finally:
        _kill(child)


def _start(job: Callable[[Report], T]) -> _Child:
    """Fork a process for a job, once this one has a single thread.

    A fork copies locks as they are held. Those of OpenSSL are taken when a thread ends, after
    Python has forgotten it, and by the reader of an SSH session that was just closed: the child
    would wait for them for ever.
    """
    until(_is_single, Deadline.after(ALONE_S), every_s=0.001)
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, theirs, ours, os.getpid()))
    sys.stdout.flush()
    sys.stderr.flush()
    process.start()
    theirs.close()
    return _Child(process, ours)


def _is_single() -> bool:
    return sum(1 for _thread in _THREADS.iterdir()) == 1


def _work(job: Callable[[Report], T], pipe: Connection, other: Connection, parent: int) -> None:
    other.close()
    os.setpgid(0, 0)  # so that one signal ends whatever this bench started
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    outcome: Outcome[Any]
    try:
        outcome = Outcome(job(lambda text: _tell(pipe, "step", text)))
    except LabctlError as exc:
        outcome = Outcome(None, exc.message, exc.hint, exc.exit_code)
    except Exception as exc:  # noqa: BLE001  # reported by the parent: a child has no other voice
        outcome = _confess(exc)
    _tell(pipe, "done", outcome)
    pipe.close()


def _tell(pipe: Connection, kind: str, value: object) -> None:
    try:
        pipe.send((kind, value))
    except BrokenPipeError:  # nobody waits for this bench any more
        os._exit(1)


def _confess(error: Exception) -> Outcome[Any]:
    """Return what is said of an error that nobody expected: this machine's, or a defect."""
    detail = traceback.format_exc() if os.environ.get("LABCTL_DEBUG") else ""
    refused = find_refusal(error)
    if refused:
        return Outcome(None, refused, detail, InfrastructureError.exit_code)
    text = f"{type(error).__name__}: {error}"
    return Outcome(None, _("défaut de labctl : ") + text, detail, 1)


def _listen(running: dict[int, _Child], done: dict[int, Outcome[T]], step: Step) -> None:
    by_pipe = {child.pipe: bench for bench, child in running.items()}
    for ready in wait(list(by_pipe), timeout=0.1):
        bench = by_pipe[ready]  # type: ignore[index]  # we only waited for connections
        child = running[bench]
        try:
            kind, value = child.pipe.recv()
        except (EOFError, OSError):
            kind, value = "done", Outcome(None, _("le processus du banc a été tué"), "", 5)
        if kind == "step":
            step(bench, value)
            continue
        done[bench] = value
        child.process.join(1)
        _kill(running.pop(bench))
    step(0, "")  # lets the display move while nothing comes


def _give_up(
    waiting: dict[int, Callable[[Report], T]],
    running: dict[int, _Child],
    done: dict[int, Outcome[T]],
) -> None:
    for bench, child in running.items():
        _kill(child)
        done[bench] = Outcome(None, _("pas fini avant l'échéance"), "", 5)
    for bench in waiting:
        done[bench] = Outcome(None, _("pas commencé avant l'échéance"), "", 5)
    running.clear()
    waiting.clear()


def _kill(child: _Child) -> None:
    pid = child.process.pid
    if pid is not None and child.process.is_alive():
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            child.process.kill()
    child.process.join(1)
    child.pipe.close()

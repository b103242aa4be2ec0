"""One child per bench: what one does to itself costs the others nothing."""

import errno
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from labctl.core.progress import Report
from labctl.core.wait import until
from labctl.pipeline import workers
from labctl.pipeline.outcome import Outcome
from labctl.pipeline.workers import Turn, call_beside, run_each, take_turns


def _quiet(_bench: int, _text: str) -> None:
    return


def _fine(report: Report) -> int:
    report("étape")
    return os.getpid()


def _refuse(_report: Report) -> int:
    raise ConnectError("le commutateur ne répond pas", hint="est-il allumé ?")


def _die(_report: Report) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def _hang(_report: Report) -> int:
    until(lambda: None, Deadline.after(60))
    return 0


def _bug(_report: Report) -> int:
    return int("pas un nombre")


def _starve(_report: Report) -> int:
    raise OSError(errno.ENFILE, os.strerror(errno.ENFILE), "/proc/7/environ")


def test_each_job_has_its_own_process() -> None:
    done = run_each({1: _fine, 2: _fine}, _quiet, workers=2, deadline=Deadline.after(60))
    pids = {outcome.value for outcome in done.values()}
    assert len(pids) == 2
    assert os.getpid() not in pids


@pytest.mark.parametrize(
    ("job", "code", "words"),
    [
        (_refuse, 5, "le commutateur ne répond pas"),
        (_die, 5, "tué"),
        (_bug, 1, "défaut de labctl : ValueError"),
        (_starve, 5, "trop de fichiers sont ouverts sur cette machine (/proc/7/environ)"),
    ],
)
def test_a_sick_bench_costs_itself_only(
    job: Callable[[Report], int], code: int, words: str
) -> None:
    jobs = {1: _fine, 2: job, 3: _fine}
    done = run_each(jobs, _quiet, workers=3, deadline=Deadline.after(60))
    assert (done[1].ok, done[3].ok) == (True, True)
    assert done[2].exit_code == code
    assert words in done[2].message


def test_the_hint_of_an_error_survives_the_process() -> None:
    done = run_each({1: _refuse}, _quiet, workers=1, deadline=Deadline.after(60))
    assert done[1].hint == "est-il allumé ?"


def test_a_hang_ends_at_the_deadline() -> None:
    started = time.monotonic()
    done: dict[int, Outcome[int]] = run_each(
        {1: _hang, 2: _fine}, _quiet, workers=2, deadline=Deadline.after(5)
    )
    assert time.monotonic() - started < 30
    assert done[2].ok
    assert done[1].exit_code == 5


def test_what_waits_at_the_deadline_is_not_started() -> None:
    done = run_each({1: _hang, 2: _fine}, _quiet, workers=1, deadline=Deadline.after(0.3))
    assert "pas commencé" in done[2].message


def test_steps_carry_their_bench() -> None:
    steps: list[tuple[int, str]] = []
    run_each(
        {4: _fine},
        lambda bench, text: steps.append((bench, text)),
        workers=1,
        deadline=Deadline.after(60),
    )
    assert (4, "étape") in steps


def test_one_more_starts_where_there_is_time_for_it() -> None:
    """The first hangs, and only one may run at once."""
    answers = iter([True])
    done = run_each(
        {1: _hang, 2: _fine, 3: _fine},
        _quiet,
        workers=1,
        deadline=Deadline.after(2),
        may_add=lambda: next(answers, False),
    )
    assert (done[1].ok, done[2].ok, done[3].ok) == (False, True, False)
    assert "pas commencé" in done[3].message


def test_a_bench_that_nobody_waits_for_any_more_ends_without_a_word(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Of two interrupts the second one ends us before every bench was killed."""
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    is_left = context.Event()

    def speak(report: Report) -> int:
        assert is_left.wait(20)
        report("étape")
        return 1

    child = context.Process(target=workers._work, args=(speak, theirs, ours, os.getpid()))
    child.start()
    theirs.close()
    ours.close()
    is_left.set()
    child.join(20)

    assert child.exitcode == 1
    assert capfd.readouterr().err == ""


def _seven(_report: Report) -> int:
    return 7


def turns_of(jobs: dict[int, list[Callable[[Report], int]]]) -> dict[int, list[str]]:
    """Give each bench its jobs one after the other; return what each turn came to."""
    came: dict[int, list[str]] = {bench: [] for bench in jobs}

    def keep(bench: int, outcome: Outcome[int]) -> None:
        came[bench].append(outcome.message or str(outcome.value))

    def take(bench: int) -> Turn[int] | None:
        if not jobs[bench]:
            return None
        job = jobs[bench].pop(0)
        return Turn(job, Deadline.after(1 if job is _hang else 60), partial(keep, bench))

    take_turns(sorted(jobs), take, _quiet)
    return came


def test_a_bench_takes_one_turn_after_another() -> None:
    assert turns_of({1: [_seven, _seven], 2: [_seven]}) == {1: ["7", "7"], 2: ["7"]}


def test_a_turn_that_outlives_its_limit_costs_itself_only() -> None:
    came = turns_of({1: [_hang, _seven], 2: [_seven, _seven]})

    assert came == {1: ["pas fini avant l'échéance", "7"], 2: ["7", "7"]}


def test_a_turn_that_raises_or_dies_costs_itself_only() -> None:
    came = turns_of({1: [_refuse, _die, _seven]})

    assert came[1][1:] == ["le processus du banc a été tué", "7"]


def test_what_one_bench_gives_back_another_may_take() -> None:
    """``take`` is asked again of a bench that had nothing to do."""
    left: list[int] = []
    took: list[int] = []

    def take(bench: int) -> Turn[int] | None:
        if bench == 1 and not took:
            took.append(1)
            return Turn(_seven, Deadline.after(60), lambda _outcome: left.append(1))
        if bench == 2 and left:
            took.append(2)
            left.clear()
            return Turn(_seven, Deadline.after(60), lambda _outcome: None)
        return None

    take_turns((1, 2), take, _quiet)

    assert took == [1, 2]


def test_a_job_beside_is_done_meanwhile_in_a_process_of_its_own() -> None:
    with call_beside(os.getpid) as found:
        assert found() != os.getpid()


def test_what_went_wrong_beside_is_met_by_the_caller() -> None:
    refuse = partial(_refuse, lambda _text: None)
    with pytest.raises(ConnectError, match="ne répond pas"), call_beside(refuse) as found:
        found()


def test_what_a_dead_process_owed_is_done_here() -> None:
    here = os.getpid()

    def die_elsewhere() -> int:
        return here if os.getpid() == here else _die(lambda _text: None)

    with call_beside(die_elsewhere) as found:
        assert found() == here


def test_a_job_beside_ends_with_who_asked_for_it() -> None:
    with pytest.raises(KeyboardInterrupt), call_beside(signal.pause):
        raise KeyboardInterrupt


def test_no_process_is_forked_while_a_thread_ends() -> None:
    ended: list[bool] = []
    ending = threading.Timer(0.2, ended.append, [True])
    ending.start()
    done = run_each(
        {1: lambda _report: list(ended)}, _quiet, workers=1, deadline=Deadline.after(60)
    )
    assert done[1].value == [True]


def test_a_thread_that_does_not_end_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ALONE_S", 0.1)
    freed = threading.Event()
    threading.Thread(target=freed.wait, daemon=True).start()
    try:
        done = run_each({1: _fine}, _quiet, workers=1, deadline=Deadline.after(60))
    finally:
        freed.set()
    assert done[1].ok

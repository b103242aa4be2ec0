"""Runs on disk as a collection leaves them, made of facts that a test gives."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from labctl.collect.recorder import Circumstances, Recorder
from labctl.core.verdict import ExamStamp, Help, Restart
from labctl.facts.registry import name_key
from labctl.grade.model import Mode
from labctl.pipeline.observe import Choice, Graded, choose, grade
from labctl.pipeline.place import new_run
from labctl.plan.model import Plan
from tests.facts import key_on, solved_facts
from tests.plans import plan_of

WHOLE = Choice((), Mode.TRAINING)
EXAM = Choice((), Mode.EXAM)
SOLVED = Help("2026-01-01T08:00:00.000Z", "surveillante")
"""The whole solution was applied."""


def part(*only: str, mode: Mode = Mode.TRAINING) -> Choice:
    """Return the choice of some checks."""
    return Choice(only, mode)


def write_evidence(
    run: Path,
    plan: Plan,
    facts: Mapping[type[Any], Any],
    wanted: Iterable[str],
    *,
    only: tuple[str, ...] = (),
    helps: tuple[Help, ...] = (),
    restart: Restart | None = None,
    stamp: ExamStamp | None = None,
) -> Path:
    """Write the evidence of a run in which these facts were wanted, and found."""
    names = sorted(wanted)
    keyed = {name_key(key_on(plan, fact)): value for fact, value in facts.items()}
    values = {name: value for name, value in keyed.items() if name in names}
    recorder = Recorder(run, [])
    recorder.start(plan, "namespace", names, Circumstances(only, helps, restart, stamp))
    recorder.facts(values, {})
    recorder.finish()
    return run


def collected(
    bench: int,
    choice: Choice = WHOLE,
    *,
    helps: tuple[Help, ...] = (),
    stamp: ExamStamp | None = None,
) -> Path:
    """Make a new run of a solved bench with the facts that a choice asks for."""
    plan = plan_of(bench)
    needs = choose(plan.referential, choice).meant_for(plan).needs(plan)
    wanted = [name_key(key) for key in needs]
    return write_evidence(
        new_run(bench),
        plan,
        solved_facts(plan),
        wanted,
        only=choice.only,
        helps=helps,
        stamp=stamp,
    )


def graded(
    bench: int,
    choice: Choice = WHOLE,
    *,
    helps: tuple[Help, ...] = (),
    stamp: ExamStamp | None = None,
) -> Graded:
    """Make a new run of a solved bench, and judge it."""
    (one,) = grade([collected(bench, choice, helps=helps, stamp=stamp)], choice)
    return one

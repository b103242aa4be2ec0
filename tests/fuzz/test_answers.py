"""Recorded answers mutated byte by byte: every probe says a fact or why there is none, in time."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labctl.collect.facts import is_settled, parse, to_plain
from labctl.connect.base import Answer
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.registry import load_named
from tests.fuzz.mutations import dice_of, mutate_bytes
from tests.plans import plan_of
from tests.unit.probes.test_recordings import CASES, answers_of, name_of

MUTANTS = max(1, int(os.environ.get("LABCTL_FUZZ", "2000")) // 50)
"""Mutants of one recording."""
LIMIT_S = 1.0


def mutate(answers: tuple[Answer, ...], number: int, case: Path) -> tuple[Answer, ...]:
    """Return the answers, those that came with a few bytes changed."""
    dice = dice_of(number, name_of(case))
    return tuple(
        replace(answer, output=mutate_bytes(answer.output, dice)) if answer.output else answer
        for answer in answers
    )


def find_defect(understand: Callable[[], Any]) -> str:
    """Return what is wrong with how an answer was taken; empty when nothing is."""
    begun = time.process_time()
    try:
        fact = understand()
    except Exception as exc:  # noqa: BLE001  # whatever it is, it would be a traceback
        return f"{type(exc).__name__}: {exc}"
    took = time.process_time() - begun
    if took > LIMIT_S:
        return f"{took:.1f} s"
    to_plain(fact)
    return ""


def understand(plan: Plan, probe: Probe, answers: tuple[Answer, ...]) -> Any:
    """Return what a probe makes of answers, as a collection does."""
    fact = parse(plan, probe, answers)
    is_settled(plan, probe, fact)
    return fact


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_mutated_answer_is_a_fact_or_a_reason(case: Path) -> None:
    number = case / "bench"
    plan = plan_of(int(number.read_text()) if number.exists() else 1)
    probe, answers = load_named(case.parent.name), answers_of(case)

    defects = {
        at: defect
        for at in range(MUTANTS)
        if (
            defect := find_defect(
                lambda at=at: understand(plan, probe, mutate(answers, at, case))  # type: ignore[misc]  # mypy cannot type a default
            )
        )
    }

    assert defects == {}


def test_the_search_finds_an_exception() -> None:
    assert find_defect(lambda: int("absent")) != ""

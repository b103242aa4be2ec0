"""Recorded answers mutated byte by byte: every probe says a fact or why there is none, in time."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from labctl.collect.facts import is_settled, parse, to_plain
from labctl.connect.base import Answer
from labctl.core.verdict import Unobserved
from labctl.facts.reading import Wanted
from labctl.plan.model import Plan
from tests.figures import Figures
from tests.fuzz.mutations import dice_of, mutate_bytes
from tests.pace import scale
from tests.probes import probe_of
from tests.unit.facts.test_recordings import CASES, answers_of, name_of, plan_for

MUTANTS = max(1, int(os.environ.get("LABCTL_FUZZ", "500")) // 50)
"""Mutants of one recording."""
LIMIT_S = 1.0


def mutate(answers: tuple[Answer, ...], number: int, case: Path) -> tuple[Answer, ...]:
    """Return the answers, those that came with a few bytes changed."""
    dice = dice_of(number, name_of(case))
    return tuple(
        replace(answer, output=mutate_bytes(answer.output, dice)) if answer.output else answer
        for answer in answers
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """How an answer was taken: what is wrong with that, whether it was a fact, how long."""

    defect: str
    is_fact: bool = False
    took_s: float = 0.0


def take(understand: Callable[[], Any]) -> Taken:
    """Have an answer understood."""
    begun = time.process_time()
    try:
        fact = understand()
    except Exception as exc:  # noqa: BLE001  # whatever it is, it would be a traceback
        return Taken(f"{type(exc).__name__}: {exc}")
    took = time.process_time() - begun
    to_plain(fact)
    defect = f"{took:.1f} s" if took > LIMIT_S and took > scale(LIMIT_S) else ""
    return Taken(defect, not isinstance(fact, Unobserved), took)


def understand(plan: Plan, wanted: Wanted, answers: tuple[Answer, ...]) -> Any:
    """Return what a probe makes of answers, as a collection does."""
    fact = parse(plan, wanted, answers)
    is_settled(plan, wanted.reader, fact)
    return fact


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_mutated_answer_is_a_fact_or_a_reason(case: Path, figures: Figures) -> None:
    plan, answers = plan_for(case), answers_of(case)
    wanted = probe_of(case.parent.name).wanted(plan)

    taken = [
        take(partial(understand, plan, wanted, mutate(answers, number, case)))
        for number in range(MUTANTS)
    ]

    facts = sum(one.is_fact for one in taken)
    figures.add("mutated answers", "a fact", facts)
    figures.add("mutated answers", "a reason why there is none", len(taken) - facts)
    figures.took("the slowest answer", max(one.took_s for one in taken))
    assert {number: one.defect for number, one in enumerate(taken) if one.defect} == {}


def test_the_search_finds_an_exception() -> None:
    assert take(lambda: int("absent")).defect != ""

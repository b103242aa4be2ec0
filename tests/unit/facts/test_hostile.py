"""Whatever a machine answers, a probe gives a fact or says that it does not understand."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labctl.connect.base import Answer
from labctl.facts.probe import NotUnderstood
from tests.probes import probe_of
from tests.unit.facts.test_recordings import CASES, answers_of, name_of, plan_for

JUNK = (
    b"", b"\x00", b"\xff\xfe", b"\n", b"[", b'{"', b"null", b"-1", b"9" * 40, b"\x1b[2J",
    "\u202e".encode(), b"0.0.0.0/0", b"% Invalid input", b"[" * 3000, b'"\\ud800"', b"1e999",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**40,
    1.5,
    "",
    "x",
    "\0",
    "\ud800",
    "ff",
    "10.0.0.1",
    [],
    [[]],
    {},
    {"a": 1},
)
DEEPER = 0.9
PLAIN = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck]
)


def mutate(text: bytes, seed: int) -> bytes:
    """Cut, repeat, replace or swap a few pieces of a text."""
    chance = random.Random(seed)  # noqa: S311  # a test's own, repeatable
    for _turn in range(chance.randint(1, 6)):
        at, end = sorted(chance.randint(0, len(text)) for _bound in range(2))
        piece = chance.choice([*JUNK, text[at : at + 60], text[-60:]])
        text = text[:at] + piece + text[chance.choice([at, at + 1, end]) :]
    return text[: 1 << 18]


def mutate_json(text: bytes, seed: int) -> bytes:
    """Replace one value somewhere inside a JSON text; other texts are left as they are."""
    try:
        document = json.loads(text)
    except ValueError:
        return text
    return json.dumps(with_a_wrong_value(document, random.Random(seed))).encode()  # noqa: S311


def with_a_wrong_value(value: Any, chance: random.Random) -> Any:
    """Return a copy of a value with something else at one place inside."""
    if not isinstance(value, (dict, list)) or not value or chance.random() > DEEPER:
        return chance.choice(VALUES)
    if isinstance(value, dict):
        name = chance.choice(list(value))
        return value | {name: with_a_wrong_value(value[name], chance)}
    at = chance.randrange(len(value))
    return [*value[:at], with_a_wrong_value(value[at], chance), *value[at + 1 :]]


def parse_mutant(case: Path, answers: tuple[Answer, ...]) -> None:
    try:
        probe_of(case.parent.name).parse(plan_for(case), answers)
    except NotUnderstood:
        return


@pytest.mark.parametrize("case", CASES, ids=name_of)
@given(seed=st.integers(0, 2**32))
@PLAIN
def test_a_mutant_is_a_fact_or_not_understood(case: Path, seed: int) -> None:
    answers = answers_of(case)
    chance = random.Random(seed)  # noqa: S311
    victim = chance.randrange(len(answers))

    parse_mutant(case, tuple(
        replaced(answer, mutate(answer.output, seed)) if at == victim else answer
        for at, answer in enumerate(answers)
    ))  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=name_of)
@given(seed=st.integers(0, 2**32))
@PLAIN
def test_a_document_with_a_wrong_value_is_a_fact_or_not_understood(case: Path, seed: int) -> None:
    answers = answers_of(case)
    parse_mutant(case, tuple(replaced(a, mutate_json(a.output, seed)) for a in answers))


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_junk_is_not_understood_by_surprise(case: Path, junk: bytes) -> None:
    parse_mutant(case, tuple(replaced(answer, junk) for answer in answers_of(case)))


def replaced(answer: Answer, output: bytes) -> Answer:
    """Return an answer that says something else; one that did not come stays so."""
    if answer.trouble is not None:
        return answer
    code = answer.exit_code
    return Answer(answer.question, output, code, None, answer.started_at, answer.elapsed_s)

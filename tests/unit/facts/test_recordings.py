"""Recorded outputs → facts: a case is a folder of tests/recordings, a new one is new files.

``tests/recordings/<topic>.<Fact>/<case>/`` holds ``output.txt``, or ``output-1.txt``… when the
probe asks several questions (a missing one: the machine did not answer), ``exits.json`` with the
exit codes when one is not 0, ``bench`` with the number of the bench when it is not 1, ``kind`` with
the kind of workstation when it is not a Linux, and ``fact.json``.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from labctl.collect.facts import from_json, to_plain
from labctl.connect.base import Answer, Question, Transport
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.probe import NotUnderstood
from labctl.plan.model import Plan
from tests.golden import assert_golden
from tests.plans import Desk, plan_of
from tests.probes import probe_of

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
CASES = sorted({path.parent for path in RECORDINGS.glob("*/*/output*.txt")})
SILENT = Unobserved(Reason.UNREACHABLE, "pas de réponse")


def name_of(case: Path) -> str:
    return f"{case.parent.name}-{case.name}"


def answers_of(case: Path) -> tuple[Answer, ...]:
    """Return the recorded answers to the questions of the case's probe."""
    questions = probe_of(case.parent.name).ask(plan_for(case))
    exits = case / "exits.json"
    codes = json.loads(exits.read_text()) if exits.exists() else [0] * len(questions)
    names = [f"output-{number}.txt" for number in range(1, len(questions) + 1)]
    if (case / "output.txt").exists():
        names = ["output.txt"]
    return tuple(
        answer_of(question, case / name, code)
        for question, name, code in zip(questions, names, codes, strict=True)
    )


def plan_for(case: Path) -> Plan:
    """Return the plan of the bench that was recorded."""
    bench, kind = case / "bench", case / "kind"
    return plan_of(
        int(bench.read_text()) if bench.exists() else 1,
        Desk.called(kind.read_text().strip()) if kind.exists() else Desk.LINUX,
    )


def answer_of(question: Question, path: Path, code: int) -> Answer:
    if not path.exists():
        return Answer(question, b"", None, SILENT, "2026-01-01T00:00:00Z", 0.1)
    has_code = question.transport in {Transport.SSH, Transport.LDAP}
    return Answer(
        question, path.read_bytes(), code if has_code else None, None, "2026-01-01T00:00:00Z", 0.1
    )


def read(case: Path) -> Any:
    """Return what the probe makes of a case."""
    return probe_of(case.parent.name).parse(plan_for(case), answers_of(case))


def render(value: Any) -> str:
    return json.dumps(to_plain(value), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_recording_gives_its_fact(case: Path) -> None:
    try:
        found = render(read(case))
    except NotUnderstood as exc:
        found = render({"not understood": exc.detail})

    assert_golden(found, case / "fact.json")


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_fact_survives_being_written_down(case: Path) -> None:
    text = (case / "fact.json").read_text(encoding="utf-8")
    if "not understood" in text:
        pytest.skip("not a fact")

    fact = from_json(probe_of(case.parent.name).fact, text)

    assert render(fact) == text

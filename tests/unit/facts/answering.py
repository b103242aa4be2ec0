"""Answers written by hand, for probes."""

import json
from typing import Any

from labctl.connect.base import Answer, Question, Transport
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved


def said(text: str | bytes, command: str = "show", code: int | None = None) -> Answer:
    """Return an answer that holds a text."""
    question = Question(NodeName("n"), Transport.CLI, command, {"command": command})
    output = text.encode() if isinstance(text, str) else text
    return Answer(question, output, code, None, "2026-01-01T00:00:00Z", 0.1)


def answer_to(question: Question, value: object, code: int | None = None) -> Answer:
    """Return the answer to a question: text as it is, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value)
    return Answer(question, text.encode(), code, None, "2026-01-01T00:00:00Z", 0.1)


def tried(question: Question, *results: dict[str, object]) -> Answer:
    """Return the answer of a probe on the wire."""
    return answer_to(question, {"results": list(results)})


def trials_of(question: Question) -> tuple[dict[str, Any], ...]:
    """Return what a probe is asked to try."""
    trials = question.body["trials"]
    assert isinstance(trials, tuple)
    return trials


def silent(question: Question) -> Answer:
    """Return what is known when the machine that was asked is gone."""
    trouble = Unobserved(Reason.UNREACHABLE, "partie")
    return Answer(question, b"", None, trouble, "2026-01-01T00:00:00Z", 0.0)

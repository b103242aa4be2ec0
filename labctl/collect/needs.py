"""Which questions the facts need, and of which machine each is asked; pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from labctl.connect.base import Question, Transport
from labctl.core.i18n import about
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.probe import Probe
from labctl.facts.registry import name_of
from labctl.plan.model import Plan

PROBE_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What a probe may raise on a text it did not foresee; UnicodeError is a ValueError."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way into one machine: a visit goes through it."""

    node: NodeName
    transport: Transport


@dataclass(frozen=True, slots=True)
class Needs:
    """Questions without duplicates, and which of them each probe asked, in its order."""

    questions: tuple[Question, ...]
    asked_by: Mapping[str, tuple[int, ...]]  # name of a fact → indexes of questions
    probes: Mapping[str, Probe]
    unaskable: Mapping[str, Unobserved]

    @property
    def phases(self) -> tuple[int, ...]:
        """Return the phases, in the order of asking."""
        return tuple(sorted({question.phase for question in self.questions}))

    def doors(self) -> tuple[Door, ...]:
        """Return every way in that is needed."""
        doors = (Door(question.node, question.transport) for question in self.questions)
        return tuple(dict.fromkeys(doors))


def gather(plan: Plan, probes: Iterable[Probe]) -> Needs:
    """Ask every probe what it wants to know; the same question is asked once."""
    indexes: dict[str, int] = {}
    questions: list[Question] = []
    asked_by: dict[str, tuple[int, ...]] = {}
    kept: dict[str, Probe] = {}
    unaskable: dict[str, Unobserved] = {}
    for probe in probes:
        name = name_of(probe.fact)
        try:
            wanted = probe.ask(plan)
        except PROBE_ERRORS as exc:
            unaskable[name] = Unobserved(Reason.SPEC, about(name, type(exc).__name__))
            continue
        kept[name] = probe
        asked_by[name] = tuple(_index(question, indexes, questions) for question in wanted)
    return Needs(tuple(questions), asked_by, kept, unaskable)


def _index(question: Question, indexes: dict[str, int], questions: list[Question]) -> int:
    """Return where a question is, adding it when it is new; the more patient wording wins."""
    key = canonical([question.node, question.transport, question.phase, question.body])
    if key not in indexes:
        indexes[key] = len(questions)
        questions.append(question)
        return indexes[key]
    at = indexes[key]
    known = questions[at]
    questions[at] = replace(
        known,
        timeout_s=max(known.timeout_s, question.timeout_s),
        cap_bytes=max(known.cap_bytes, question.cap_bytes),
    )
    return at


def canonical(value: Any) -> str:
    """Return JSON that is equal for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

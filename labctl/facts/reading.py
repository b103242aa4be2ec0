"""A reader: a generator that yields questions and returns a fact.

The engine merges the questions of all readers before it asks any, so that each machine is visited
once: a reader asks everything in one round. A fact that depends on the product of a machine has a
reader for each kind of machine, or for each face that kinds share (``windows``, ``linux``).
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason
from labctl.facts.probe import NotUnderstood, Probe
from labctl.plan.model import Plan

T = TypeVar("T")
Reading = Generator[tuple[Question, ...], tuple[Answer, ...], T]
Key = tuple[type[Any], str]
"""A fact of one machine, or of the bench as a whole: then the name of the machine is empty."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How one fact is read: of a machine of a kind or face, or of the bench (``kind`` empty).

    ``settle_s``, ``is_settled`` and ``insist`` are those of ``Probe``.
    """

    fact: type[Any]
    start: Callable[[Plan, NodeName], Reading[Any]]
    kind: str = ""
    settle_s: float = 0.0
    is_settled: Callable[[Plan, Any], bool] | None = None
    insist: Callable[[Question], Question | None] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One fact to collect: its reader, and the machine that is read (empty: the bench)."""

    reader: Reader
    machine: str = ""

    @property
    def key(self) -> Key:
        """Return what the fact is known by."""
        return (self.reader.fact, self.machine)

    def ask(self, plan: Plan) -> tuple[Question, ...]:
        """Return the questions of the reader; none when it needs no answer."""
        return next(self.reader.start(plan, NodeName(self.machine)), ())

    def conclude(self, plan: Plan, answers: tuple[Answer, ...]) -> Any:
        """Return the fact; NotUnderstood when the answers do not say, or there is more to ask."""
        reading = self.reader.start(plan, NodeName(self.machine))
        try:
            next(reading)
            reading.send(answers)
        except StopIteration as stop:
            return stop.value
        reading.close()
        raise NotUnderstood(_("une lecture pose ses questions en une fois"), Reason.SPEC)


def fact(
    fact_type: type[T], *, kind: str
) -> Callable[[Callable[[Plan, NodeName], Reading[T]]], Callable[[Plan, NodeName], Reading[T]]]:
    """Declare the reader of a fact for the machines of a kind, or of all kinds with a face."""

    def declare(
        read: Callable[[Plan, NodeName], Reading[T]],
    ) -> Callable[[Plan, NodeName], Reading[T]]:
        read.labctl_reader = Reader(fact_type, read, kind)  # type: ignore[attr-defined]
        return read

    return declare


def ask(*questions: Question) -> Reading[tuple[Answer, ...]]:
    """Ask, and return the answers in order; NotUnderstood names the first machine in trouble."""
    answers = yield questions
    for answer in answers:
        if answer.trouble is not None:
            where = about(answer.question.node, answer.trouble.detail)
            raise NotUnderstood(where, answer.trouble.reason)
    return answers


def attempt(*questions: Question) -> Reading[tuple[Answer, ...]]:
    """Ask, and return the answers as they are: trouble is part of what is observed."""
    return (yield questions)


def as_reader(probe: Probe) -> Reader:
    """Return the reader that a probe of the whole bench amounts to."""

    def read(plan: Plan, _machine: NodeName) -> Reading[Any]:
        questions = probe.ask(plan)
        answers = yield from (attempt if probe.takes_trouble else ask)(*questions)
        return probe.parse(plan, answers)

    return Reader(
        probe.fact,
        read,
        settle_s=probe.settle_s,
        is_settled=probe.is_settled,
        insist=probe.insist,
    )

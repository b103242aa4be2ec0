"""What a candidate goes through, in order and in minutes: preparation, passage, common trials.

Durations, parts and the presence of the jury are those of the référentiel. The passage begins with
the first part before the jury and ends with the last: what lies between them alone is part of it. A
trial that all take together may lie anywhere after the preparation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from labctl.session.roster import Candidate
from labctl.session.rules import ExamDay
from labctl.spec.referential import Referential, Route


@dataclass(frozen=True, slots=True)
class Step:
    """One part of one trial. ``part`` is its rank in the trial, from 1."""

    title: str
    modality: str
    part: int
    minutes: int
    jury: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What one candidate goes through, more time included."""

    candidate: Candidate
    preparation: tuple[Step, ...]
    passage: tuple[Step, ...]
    after: tuple[Step, ...]  # alone, once the jury is done
    together: tuple[Step, ...]

    @property
    def bench(self) -> int:
        """Return the bench of the candidate: who it is."""
        return self.candidate.bench

    @property
    def preparation_minutes(self) -> int:
        """Return how long the candidate works before the jury comes."""
        return sum(step.minutes for step in self.preparation)

    @property
    def passage_minutes(self) -> int:
        """Return how long the jury has the candidate; 0 where there is no jury."""
        return sum(step.minutes for step in self.passage)

    @property
    def busy_minutes(self) -> int:
        """Return how long the candidate is taken from the passage on."""
        return self.passage_minutes + sum(step.minutes for step in self.after)


def build_course(day: ExamDay, candidate: Candidate) -> Course:
    """Return what a candidate of a session goes through."""
    route = day.referential.routes[candidate.route]
    alone = tuple(
        _stretch(step, day.more_time(candidate, step.modality))
        for step in _steps(day.referential, route, together=False)
    )
    shared = tuple(
        _stretch(step, day.more_time(candidate, step.modality))
        for step in _steps(day.referential, route, together=True)
    )
    before_jury = [rank for rank, step in enumerate(alone) if step.jury]
    first, last = (before_jury[0], before_jury[-1] + 1) if before_jury else (len(alone),) * 2
    return Course(candidate, alone[:first], alone[first:last], alone[last:], shared)


def _steps(referential: Referential, route: Route, *, together: bool) -> Iterator[Step]:
    for trial in route.trials:
        if trial.together is not together:
            continue
        title = referential.modality_names[trial.modality]
        if not trial.parts:
            yield Step(title, trial.modality, 1, trial.minutes, bool(trial.jury))
        for rank, part in enumerate(trial.parts, start=1):
            yield Step(part.title, trial.modality, rank, part.minutes, part.jury)


def _stretch(step: Step, extra: Fraction) -> Step:
    """Return a step with more time, to the next minute."""
    minutes = ceil(step.minutes * (1 + extra))
    return Step(step.title, step.modality, step.part, minutes, step.jury)

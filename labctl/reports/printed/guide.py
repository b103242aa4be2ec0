"""The guide of the technical interview: open questions, drawn from what a sheet holds.

It decides nothing and concludes nothing: the jury appreciates, alone. What was seen is in the grid.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import CompetencySheet, CriterionSheet, GradeSheet

_SEEN = (
    "Faites montrer, puis expliquer : qu'a-t-il été demandé, qu'est-ce qui est en place,"
    " et comment le vérifier ?"
)
_UNSEEN = (
    "L'outil n'a pas pu regarder ici : faites montrer ce point, ou expliquer comment le vérifier."
)
_HELPED = "Une aide a été donnée ici : faites expliquer ce qu'elle a mis en place, et pourquoi."
_LATER = (
    "Ce point dépend d'un autre : faites expliquer de quoi, et comment il serait traité ensuite."
)
_UNREAD = "Demandé par le cahier, et que seul le jury peut apprécier : faites présenter ce travail."


@dataclass(frozen=True, slots=True)
class Question:
    """A subject to bring up: a check and its label, or what the cahier asks, and how to ask."""

    about: str
    question: str


@dataclass(frozen=True, slots=True)
class CriterionAsked:
    """A critère, verbatim, and what to ask about it."""

    id: str
    wording: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class CompetencyAsked:
    """A compétence, and the critères that leave something to ask."""

    number: str
    title: str
    criteria: tuple[CriterionAsked, ...]


def list_questions(*sheets: GradeSheet) -> tuple[CompetencyAsked, ...]:
    """Return the questions that the sheets of a bench leave open, by compétence; each once."""
    seen: dict[str, list[CompetencySheet]] = {}
    for sheet in sheets:
        for competency in sheet.competencies:
            seen.setdefault(str(competency.number), []).append(competency)
    found = (_ask(number, seen[number]) for number in seen)
    return tuple(one for one in found if one.criteria)


def _ask(number: str, seen: Sequence[CompetencySheet]) -> CompetencyAsked:
    """Return what one compétence leaves to ask, whichever phase it was observed in."""
    criteria: dict[str, CriterionAsked] = {}
    for criterion in (one for competency in seen for one in competency.criteria):
        before = criteria.get(criterion.id)
        questions = (*(before.questions if before else ()), *_about(criterion))
        once = tuple(dict.fromkeys(questions))
        criteria[criterion.id] = CriterionAsked(criterion.id, criterion.wording, once)
    left = tuple(one for one in criteria.values() if one.questions)
    return CompetencyAsked(number, seen[0].title, left)


def _about(criterion: CriterionSheet) -> Iterator[Question]:
    for verdict in criterion.verdicts:
        if words := _choose(verdict):
            machine = f" ({verdict.machine})" if verdict.machine else ""
            yield Question(f"{verdict.check} {verdict.label}{machine}", words)
    for unread in criterion.unread:
        yield Question(unread.label, _UNREAD)


def _choose(verdict: CheckVerdict) -> str:
    if verdict.assisted:
        return _HELPED
    return {
        Verdict.NON_CONFORM: _SEEN,
        Verdict.UNVERIFIABLE: _UNSEEN,
        Verdict.BLOCKED: _LATER,
    }.get(verdict.verdict, "")

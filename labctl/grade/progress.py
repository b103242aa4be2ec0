"""What learners achieved from one run to the next: a cell per critère and run, facts only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from unicodedata import normalize

from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import GradeSheet, Learner
from labctl.grade.sheet import is_helped


@dataclass(frozen=True, slots=True)
class Cell:
    """The checks of one critère in one run.

    ``judged`` are those that a verdict was reached for, blocked ones included: what they wait for
    did not conform. ``untold`` could not be judged. What conforms after help is not achieved.
    """

    achieved: int
    judged: int
    untold: int

    @property
    def share(self) -> float | None:
        """Return the part achieved of what was judged, 0 to 1; None where nothing was."""
        return self.achieved / self.judged if self.judged else None

    @property
    def is_whole(self) -> bool:
        """Tell whether the critère is achieved: all of it was judged, and conforms."""
        return self.judged > 0 and self.achieved == self.judged and not self.untold


@dataclass(frozen=True, slots=True)
class Attempt:
    """One whole run of a learner; ``cells`` by critère, those that a machine looks at."""

    collected_at: str
    bench: int
    cahier: str
    variant: str
    cells: dict[str, Cell]

    @property
    def achieved(self) -> int:
        """Return how many critères are achieved."""
        return sum(cell.is_whole for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Progress:
    """The runs of one learner, the oldest first.

    ``best`` is by incident the least time from its symptom to its repair, in seconds.
    """

    learner: Learner
    attempts: tuple[Attempt, ...]
    best: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """The runs of a group; ``criteria`` are those that any run looked at, in official order.

    ``incidents`` are those that somebody repaired.
    """

    group: str
    criteria: tuple[tuple[str, str], ...]  # number, wording
    learners: tuple[Progress, ...]
    incidents: tuple[tuple[str, str], ...] = ()  # id, title

    def best(self, incident: str) -> int:
        """Return the least time of the group for an incident that somebody repaired."""
        return min(one.best[incident] for one in self.learners if incident in one.best)


def follow(sheets: Iterable[GradeSheet], group: str) -> GroupProgress:
    """Return how the learners of a group did; an empty group is everybody.

    Partial runs, runs of an exam, and runs that nobody was named for are left out; of a partial
    one the incidents count all the same. A learner is known by the number of the centre, and by
    the name where there is none.
    """
    sheets = tuple(sheets)
    mine = sorted(
        (
            (sheet.collected_at, sheet.bench, sheet.learner, sheet)
            for sheet in sheets
            if sheet.learner and not sheet.provenance.partial and group in ("", sheet.learner.group)
        ),
        key=lambda one: one[:2],
    )
    people: dict[str, list[tuple[Learner, GradeSheet]]] = {}
    for _at, _bench, learner, sheet in mine:
        people.setdefault(_know(learner), []).append((learner, sheet))
    repaired = [
        (_know(sheet.learner), one, one.repaired_s)
        for sheet in sheets
        if sheet.learner and group in ("", sheet.learner.group)
        for one in sheet.own_incidents
        if one.repaired_s is not None and _know(sheet.learner) in people
    ]
    found = [
        Progress(
            own[-1][0],
            tuple(_attempt(sheet) for _learner, sheet in own),
            _find_best((one.id, spent) for who, one, spent in repaired if who == name),
        )
        for name, own in people.items()
    ]
    criteria = _list_criteria(sheet for *_known, sheet in mine)
    incidents = tuple(sorted({one.id: one.title for _who, one, _spent in repaired}.items()))
    return GroupProgress(group, criteria, tuple(sorted(found, key=_by_name)), incidents)


def _know(learner: Learner) -> str:
    return learner.number or learner.name


def _find_best(times: Iterable[tuple[str, int]]) -> dict[str, int]:
    best: dict[str, int] = {}
    for incident, spent in times:
        best[incident] = min(spent, best.get(incident, spent))
    return best


def _by_name(progress: Progress) -> tuple[str, str]:
    """Return what puts a learner in its place of a list: É beside E."""
    return normalize("NFKD", progress.learner.name.casefold()), progress.learner.number


def _attempt(sheet: GradeSheet) -> Attempt:
    cells = {
        criterion.id: _cell(criterion.verdicts)
        for part in sheet.competencies
        for criterion in part.criteria
        if criterion.verdicts
    }
    return Attempt(sheet.collected_at, sheet.bench, sheet.cahier, sheet.variant, cells)


def _cell(verdicts: Iterable[CheckVerdict]) -> Cell:
    asked = [one for one in verdicts if one.verdict is not Verdict.NOT_APPLICABLE]
    untold = sum(one.verdict is Verdict.UNVERIFIABLE for one in asked)
    achieved = sum(one.verdict is Verdict.CONFORM and not is_helped(one) for one in asked)
    return Cell(achieved, len(asked) - untold, untold)


def _list_criteria(sheets: Iterable[GradeSheet]) -> tuple[tuple[str, str], ...]:
    found: dict[str, tuple[tuple[int, int], str]] = {}
    for sheet in sheets:
        for rank, part in enumerate(sheet.competencies):
            for place, criterion in enumerate(part.criteria):
                if criterion.verdicts:
                    found.setdefault(criterion.id, ((rank, place), criterion.wording))
    ordered = sorted(found.items(), key=lambda item: item[1][0])
    return tuple((name, wording) for name, (_place, wording) in ordered)

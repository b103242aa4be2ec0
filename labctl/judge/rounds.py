"""Incidents tried together: which of them may be, and in which company each is tried; pure.

What one of them is seen to change must not be another's doing: in a round no check may be changed
by two members, none needs what another one breaks, none is looked at from a machine on which
another one breaks what further checks stand on, and none touches what another one's repair may put
right. Every incident is seen at least once without company that could hide what it changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from labctl.core.check import CheckSpec
from labctl.judge.incident import list_excused
from labctl.judge.masking import list_seen_from, list_stood_on
from labctl.plan.model import Plan
from labctl.spec.incident import Incident, LineName, Repair

SIZE = 10
"""Most incidents in one round: one that is not as they say is tried again one by one."""
BREAKING = frozenset({LineName.INTACT, LineName.SECURE})
"""Lines that are about the whole bench: what leaves one of them red is tried alone."""

Excuses = Mapping[str, frozenset[str]]
"""Incident → the checks it may change: declared, looked at, or waiting for one of these."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is tried of an incident once it is there.

    ``looks`` tells whether it is seen to be as its file says, ``cuts_first`` whether power is then
    cut, ``cuts_after`` whether it is cut after ``repair`` was applied and looked at.
    """

    incident: str
    repair: Repair | None
    looks: bool = False
    cuts_first: bool = False
    cuts_after: bool = False

    @property
    def kind(self) -> tuple[bool, ...]:
        """Return what all acts of a round have in common."""
        is_accepted = self.repair is not None and not self.repair.leaves
        return (is_accepted, self.looks, self.cuts_first, self.cuts_after)

    @property
    def shows(self) -> bool:
        """Tell whether what it breaks is looked at while it is broken."""
        return self.looks or (self.repair is not None and LineName.CAUSE in self.repair.leaves)

    @property
    def is_alone(self) -> bool:
        """Tell whether it breaks what every incident of a bench is judged by."""
        return self.repair is not None and bool(BREAKING & set(self.repair.leaves))


Round = tuple[Act, ...]


def list_acts(incident: Incident, *, restarts: bool) -> tuple[Act, ...]:
    """Return all that is tried of an incident.

    One that outlives a restart is then repaired; one that does not is broken again first.
    """
    first, *others = incident.repairs
    seen = Act(incident.id, first, looks=True, cuts_first=restarts, cuts_after=restarts)
    acts = [seen]
    if restarts and not incident.survives_restart:
        acts = [Act(incident.id, None, looks=True, cuts_first=True)]
        others = [first, *others]
    acts += [Act(incident.id, one, looks=True, cuts_after=restarts) for one in others]
    acts += [
        Act(incident.id, one, cuts_after=restarts and LineName.LASTING in one.leaves)
        for one in incident.wrong_repairs
    ]
    return tuple(acts)


def form_rounds(
    incidents: Sequence[Incident], catalogue: Sequence[CheckSpec], plan: Plan, *, restarts: bool
) -> tuple[Round, ...]:
    """Put all that is tried of incidents in rounds, as few as there may be."""
    known = {one.id: one for one in incidents}
    excuses = {one.id: frozenset(list_excused([one], catalogue)) for one in incidents}
    blind = {one.id: list_stood_on(one, catalogue, plan) for one in incidents}
    apart = {
        one.id: frozenset(
            other.id
            for other in incidents
            if _clash(one, other, excuses)
            or blind[one.id] & list_seen_from(other)
            or blind[other.id] & list_seen_from(one)
        )
        for one in incidents
    }
    hardest = sorted(known, key=lambda name: (-len(apart[name]), name))
    acts = [act for name in hardest for act in list_acts(known[name], restarts=restarts)]
    alone = [act for act in acts if act.is_alone]
    kinds = dict.fromkeys(act.kind for act in sorted(acts, key=lambda act: not act.looks))
    filling = _Filling(apart, excuses, {})
    rounds = [
        one
        for kind in kinds
        for one in filling.fill([act for act in acts if act.kind == kind and act not in alone])
    ]
    unseen = [name for name in hardest if filling.hidden[name]]
    still = filling.fill([Act(name, None, looks=True) for name in unseen], is_open=True)
    return (*rounds, *((act,) for act in alone), *still)


@dataclass(frozen=True, slots=True)
class _Filling:
    """Rounds in the making; ``hidden`` is what company could have changed in all rounds so far."""

    apart: Mapping[str, frozenset[str]]
    excuses: Excuses
    hidden: dict[str, frozenset[str]]

    def fill(self, acts: Iterable[Act], *, is_open: bool = False) -> list[Round]:
        """Put each act in the round that hides least of it; none of it where ``is_open``."""
        rounds: list[Round] = []
        for act in acts:
            costs = [
                (self._count(act, one), rank)
                for rank, one in enumerate(rounds)
                if len(one) < SIZE and self._may_join(act, one)
            ]
            fits = [cost for cost in costs if not cost[0] or not is_open]
            if fits:
                rank = min(fits)[1]
                rounds[rank] = (*rounds[rank], act)
            else:
                rounds.append((act,))
        for one in rounds:
            for act in filter(lambda act: act.shows, one):
                company = _union(one, act, self.excuses)
                known = self.hidden.get(act.incident, company)
                self.hidden[act.incident] = (known & company) - self.excuses[act.incident]
        return rounds

    def _may_join(self, act: Act, acts: Round) -> bool:
        return not any(one.incident in self.apart[act.incident] for one in acts)

    def _count(self, act: Act, acts: Round) -> int:
        """Count what an act would hide in a round of those that are there, and they of it."""
        joined = (*acts, act)
        return sum(
            len(_union(joined, one, self.excuses) & self.hidden.get(one.incident, frozenset()))
            for one in joined
        )


def _union(acts: Iterable[Act], but: Act, excuses: Excuses) -> frozenset[str]:
    others = (excuses[one.incident] for one in acts if one.incident != but.incident)
    return frozenset[str]().union(*others)


def _clash(one: Incident, other: Incident, excuses: Excuses) -> bool:
    """Tell whether two incidents cannot be tried together; one cannot be with itself."""
    return (
        one.id == other.id
        or one.id in other.excludes
        or other.id in one.excludes
        or bool(excuses[one.id] & excuses[other.id])
        or bool(excuses[one.id] & {*other.needs})
        or bool(excuses[other.id] & {*one.needs})
        or bool(_touched(one) & _touched(other))
    )


def _touched(incident: Incident) -> set[tuple[str, str]]:
    """Return what a repair of another incident may put right: files, and its topic on a machine."""
    repairs = [*incident.repairs, *incident.wrong_repairs]
    steps = [*incident.inject, *(step for one in repairs for step in one.steps)]
    files = {(str(step.node), step.edit.file) for step in steps if step.edit is not None}
    return files | {(str(step.node), incident.topic) for step in steps}

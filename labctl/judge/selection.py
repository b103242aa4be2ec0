"""Which checks are asked for, and which facts they need."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import CheckId
from labctl.core.verdict import Outside
from labctl.facts.machines import Machines
from labctl.facts.reading import Key
from labctl.facts.registry import is_per_machine
from labctl.judge.catalogue import Check, dependencies, in_order
from labctl.plan.model import Plan
from labctl.spec.grid import NOWHERE, Entry, Grid


@dataclass(frozen=True, slots=True)
class Selection:
    """The checks to report, and those they wait for: judged too, never reported.

    ``left`` are the checks of the route that are not reported: with some, the run is partial.
    ``entries`` say which critère each check serves.
    """

    chosen: tuple[Check, ...]
    support: tuple[Check, ...]
    left: tuple[Check, ...] = ()
    entries: Mapping[CheckId, Entry] = field(default_factory=dict)

    def meant_for(self, plan: Plan) -> "Selection":
        """Return what means something for a bench: its machines, what its cahier asks for."""
        return self.asked(plan.demands)._keep(lambda check: check.spec.is_meant_for(plan))

    def asked(self, topics: Iterable[str]) -> "Selection":
        """Return the checks of these topics, and those of none."""
        known = frozenset(topics)
        return self._keep(lambda check: check.spec.topics <= known)

    def on(self, faces: Collection[str]) -> "Selection":
        """Return what means something for a workstation with these faces."""
        return self._keep(lambda check: not check.spec.face or check.spec.face in faces)

    def _keep(self, is_kept: Callable[[Check], bool]) -> "Selection":
        parts = (self.chosen, self.support, self.left)
        chosen, support, left = (tuple(filter(is_kept, checks)) for checks in parts)
        return Selection(chosen, support, left, self.entries)

    def entry_of(self, check: CheckId) -> Entry:
        """Return what a check serves; NOWHERE for one that no critère is served by."""
        return self.entries.get(check, NOWHERE)

    def needs(self, plan: Plan) -> frozenset[Key]:
        """Return the facts to collect of a bench, of each machine that a check is judged for."""
        checks = (*self.chosen, *self.support)
        return frozenset(key for check in checks for key in _keys_of(check, plan))

    def within(self, collected: Collection[Key], plan: Plan) -> "Selection":
        """Return what these facts suffice for: of a partial run the rest was not asked.

        A check is judged only with every check it waits for.
        """
        wanted = frozenset(collected)
        known = {check.spec.id for check in (*self.chosen, *self.support)}
        inside: set[CheckId] = set()
        for check in in_order((*self.chosen, *self.support)):
            waits_for = known.intersection(check.spec.waits_for)
            if _has_facts(check, wanted, plan) and waits_for <= inside:
                inside.add(check.spec.id)
        outside = tuple(check for check in self.chosen if check.spec.id not in inside)
        return Selection(
            tuple(check for check in self.chosen if check.spec.id in inside),
            tuple(check for check in self.support if check.spec.id in inside),
            tuple(sorted((*self.left, *outside), key=lambda check: check.spec.id)),
            self.entries,
        )

    def outside(self) -> tuple[Outside, ...]:
        """Return what is left out, as the documents of a run name it."""
        rows = ((check.spec, self.entry_of(check.spec.id)) for check in self.left)
        return tuple(
            Outside(spec.id, entry.criterion, spec.label, entry.weight) for spec, entry in rows
        )


def select(
    catalogue: Sequence[Check],
    grid: Grid,
    only: Collection[str] = (),
    competencies: Collection[int | str] | None = None,
) -> Selection:
    """Keep the checks of a route's compétences, or those named: a check, critère or compétence.

    Raises UsageError for a name that names nothing. A check that is not in the grid is never
    chosen; others may wait for it.
    """
    served = [check for check in catalogue if check.spec.id in grid.entries]
    route = [
        check
        for check in served
        if competencies is None or grid.competency_of(check.spec.id).number in competencies
    ]
    named = {check.spec.id: grid.names_of(check.spec.id) for check in served}
    wanted = {name.strip().casefold() for name in only}
    for name in only:
        if not any(name.strip().casefold() in names for names in named.values()):
            raise UsageError(
                _("aucun contrôle, critère ni compétence ne s'appelle « %(name)s »")
                % {"name": name},
                hint=_("connus : %(names)s") % {"names": ", ".join(_list_names(served, grid))},
            )
    chosen = [check for check in route if not only or wanted & named[check.spec.id]]
    ids = {check.spec.id for check in chosen}
    support = dependencies((check.spec for check in catalogue), ids)
    return Selection(
        tuple(chosen),
        tuple(check for check in catalogue if check.spec.id in support),
        tuple(check for check in route if check.spec.id not in ids),
        grid.entries,
    )


def _facts_of(check: Check) -> frozenset[type[Any]]:
    facts = frozenset((*check.spec.needs, *check.spec.witnesses))
    return facts | {Machines} if check.spec.over else facts


def _keys_of(check: Check, plan: Plan) -> Iterator[Key]:
    for fact in _facts_of(check):
        for machine in _machines_of(check, plan) if is_per_machine(fact) else ("",):
            yield (fact, machine)


def _machines_of(check: Check, plan: Plan) -> tuple[str, ...]:
    """Return what the facts of a check are about; nothing where no machine is concerned."""
    return tuple(name for name in check.spec.machines(plan) if name or check.spec.each is None)


def _has_facts(check: Check, collected: frozenset[Key], plan: Plan) -> bool:
    """Tell whether every fact of a check was asked for: of its machines, or of the bench."""
    return all(
        {(fact, machine), (fact, "")} & collected
        for fact in _facts_of(check)
        for machine in _machines_of(check, plan)
    )


def _list_names(served: Iterable[Check], grid: Grid) -> tuple[str, ...]:
    """Return the critères that checks serve, in official order, then the checks."""
    criteria = {entry.criterion for entry in grid.entries.values()}
    official = (criterion.id for criterion in grid.referential.criteria)
    return (
        *(name for name in official if name in criteria),
        *sorted(check.spec.id for check in served),
    )

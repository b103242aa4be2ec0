"""Which checks are asked for, and which facts they need."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from labctl.core.check import name_case
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import CheckId
from labctl.core.once import reading_once
from labctl.core.verdict import Outside
from labctl.facts.machines import Machines
from labctl.facts.reading import Key
from labctl.facts.registry import is_per_machine
from labctl.judge.catalogue import Check, dependencies, in_order
from labctl.plan.model import Delivered, Plan
from labctl.spec.grid import NOWHERE, Entry, Grid
from labctl.spec.referential import Referential
from labctl.spec.suggest import suggest
from labctl.spec.topic import list_before


@dataclass(frozen=True, slots=True)
class Selection:
    """The checks to report, and those they wait for: judged too, never reported.

    ``left`` are the checks of the exam that are not reported: with some, the run is partial.
    ``entries`` say which critère each check serves, ``routes`` which critères each route has: none
    are known where all of them are meant.
    """

    chosen: tuple[Check, ...]
    support: tuple[Check, ...]
    left: tuple[Check, ...] = ()
    entries: Mapping[CheckId, Entry] = field(default_factory=dict)
    routes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @reading_once()
    def meant_for(self, plan: Plan) -> "Selection":
        """Return what means something for a bench: its route, its machines, what is asked there.

        What is delivered working is not the candidate's: its checks support those of the topics
        that stand on it. Raises UsageError for a machine that a check is asked for and is not
        judged for.
        """
        meant = self._keep(
            lambda check: check.spec.topics <= plan.demands.keys() and check.spec.is_meant_for(plan)
        )
        own = meant._keep(lambda check: self._is_of_candidate(check, plan))
        given = tuple(one for one in meant.chosen if one.topic in plan.delivered.topics)
        others = (*meant.support, *given)
        needed = dependencies((one.spec for one in (*own.chosen, *others)), own.ids)
        below = frozenset() if self.left else list_before(one.topic for one in own.chosen)
        support = (one for one in others if one.spec.id in needed or one.topic in below)
        for check in own.chosen:
            _require_machines(check, plan)
        return replace(own, support=tuple(support))

    def delivered_on(self, plan: Plan) -> "Selection":
        """Return the checks of what a bench is delivered with, working."""
        parts = (*self.chosen, *self.left)
        given = tuple(check for check in parts if check.topic in plan.delivered.topics)
        everything = replace(plan, delivered=Delivered())
        return Selection(given, (), (), self.entries).meant_for(everything)

    @property
    def ids(self) -> frozenset[CheckId]:
        """Return the checks to report."""
        return frozenset(check.spec.id for check in self.chosen)

    def _is_of_candidate(self, check: Check, plan: Plan) -> bool:
        is_of_route = self.entry_of(check.spec.id).criterion in self.routes.get(plan.route, ())
        return check.topic not in plan.delivered.topics and (is_of_route or not self.routes)

    def _keep(self, is_kept: Callable[[Check], bool]) -> "Selection":
        parts = (self.chosen, self.support, self.left)
        chosen, support, left = (tuple(filter(is_kept, checks)) for checks in parts)
        return Selection(chosen, support, left, self.entries, self.routes)

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
            self.routes,
        )

    def outside(self, plan: Plan) -> tuple[Outside, ...]:
        """Return what is left out, as the documents of a run name it.

        The machine that a check is asked for bears its whole weight, the others none.
        """
        rows = ((check.spec, self.entry_of(check.spec.id)) for check in self.left)
        whole = (
            Outside(spec.id, entry.criterion, spec.label, entry.weight) for spec, entry in rows
        )
        return (*whole, *(one for check in self.chosen for one in self._list_others(check, plan)))

    def _list_others(self, check: Check, plan: Plan) -> Iterator[Outside]:
        """Yield a check on its machines that it is not asked for."""
        spec, criterion = check.spec, self.entry_of(check.spec.id).criterion
        judged = spec.list_judged(plan) if spec.only else ()
        for machine in judged:
            if machine not in spec.only:
                yield Outside(name_case(spec.id, machine, judged), criterion, spec.label, 0)


def select(
    catalogue: Sequence[Check],
    grid: Grid,
    only: Collection[str] = (),
) -> Selection:
    """Keep the checks of an exam, or those named: a check, critère or compétence.

    A check may be named on one of its machines: ``K-034@poste2``.
    Raises UsageError for a name that names nothing. A check that is not in the grid is never
    chosen; others may wait for it.
    """
    served = [check for check in catalogue if check.spec.id in grid.entries]
    named = {check.spec.id: grid.names_of(check.spec.id) for check in served}
    asked = tuple(map(_split, only))
    wanted = {name for name, _machine in asked}
    for name, (plain, machine) in zip(only, asked, strict=True):
        known = [{check.casefold()} for check in named] if machine else named.values()
        if not any(plain in names for names in known):
            raise UsageError(
                _("aucun contrôle, critère ni compétence ne s'appelle « %(name)s »")
                % {"name": name},
                hint=_suggest(name, served, grid),
            )
    chosen = [
        _narrow(check, asked, named[check.spec.id])
        for check in served
        if not only or wanted & named[check.spec.id]
    ]
    ids = {check.spec.id for check in chosen}
    support = dependencies((check.spec for check in catalogue), ids)
    return Selection(
        tuple(chosen),
        tuple(check for check in catalogue if check.spec.id in support),
        tuple(check for check in served if check.spec.id not in ids),
        grid.entries,
        _list_routes(grid.referential),
    )


def _list_routes(official: Referential) -> dict[str, frozenset[str]]:
    """Return the critères of each route."""
    return {
        name: frozenset(
            criterion.id
            for number in official.scope(route)
            for criterion in official.competency(number).criteria
        )
        for name, route in official.routes.items()
    }


def _split(name: str) -> tuple[str, str]:
    """Return what is named, in lower case, and the machine it is named on, empty for all."""
    plain, _at, machine = name.strip().partition("@")
    return plain.casefold(), machine


def _narrow(check: Check, asked: Iterable[tuple[str, str]], names: frozenset[str]) -> Check:
    """Return a check for the machines that it is named on; one name without a machine is all."""
    machines = {machine for name, machine in asked if name in names}
    only = frozenset[str]() if "" in machines else frozenset(machines)
    return replace(check, spec=replace(check.spec, only=only)) if only else check


def _require_machines(check: Check, plan: Plan) -> None:
    judged = check.spec.list_judged(plan)
    for name in sorted(check.spec.only.difference(judged)):
        said = _("%(check)s n'est pas jugé pour la machine « %(name)s »")
        raise UsageError(
            said % {"check": check.spec.id, "name": name},
            hint=_("machines : %(names)s") % {"names": ", ".join(judged) or "–"},
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


def _suggest(name: str, served: Iterable[Check], grid: Grid) -> str:
    """Return a hint: what looks most like a name, or else the critères that have checks."""
    criteria = {entry.criterion for entry in grid.entries.values()}
    official = [one.id for one in grid.referential.criteria if one.id in criteria]
    said = _("critères : %(names)s ; ou l'un de leurs contrôles")
    close = suggest(name.upper(), (*official, *(check.spec.id for check in served)))
    return close or said % {"names": ", ".join(official)}

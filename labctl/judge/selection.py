"""Which checks are asked for, and which facts they need."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from labctl.core.check import CheckSpec
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import CheckId
from labctl.core.verdict import Outside
from labctl.facts.machines import Machines
from labctl.facts.reading import Key
from labctl.facts.registry import is_per_machine
from labctl.judge.catalogue import Check, dependencies, in_order
from labctl.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Selection:
    """The checks to report, and those they wait for: judged too, never reported.

    ``left`` are the checks of the route that are not reported: with some, the run is partial.
    """

    chosen: tuple[Check, ...]
    support: tuple[Check, ...]
    left: tuple[Check, ...] = ()

    def meant_for(self, plan: Plan) -> "Selection":
        """Return what means something for a bench: its workstation, what its cahier asks for."""
        return self.asked(plan.demands).on(plan.faces)

    def asked(self, topics: Iterable[str]) -> "Selection":
        """Return the checks of these topics, and those of none."""
        known = frozenset(topics)
        parts = (self.chosen, self.support, self.left)
        return Selection(
            *(tuple(one for one in checks if one.spec.topics <= known) for checks in parts)
        )

    def on(self, faces: Collection[str]) -> "Selection":
        """Return what means something for a workstation with these faces."""
        parts = (self.chosen, self.support, self.left)
        return Selection(*(_meant_for(faces, checks) for checks in parts))

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
        )

    def outside(self) -> tuple[Outside, ...]:
        """Return what is left out, as the documents of a run name it."""
        specs = (check.spec for check in self.left)
        return tuple(Outside(one.id, one.criterion, one.label, one.weight) for one in specs)


def select(
    catalogue: Sequence[Check],
    only: Collection[str] = (),
    competencies: Collection[int] | None = None,
) -> Selection:
    """Keep the checks of a route's compétences, or those named: ``K-071``, ``6.2``, ``6``.

    Raises UsageError for a name that names nothing.
    """
    route = [
        check
        for check in catalogue
        if competencies is None or competency_of(check.spec) in competencies
    ]
    for name in only:
        if not any(_is_named(check.spec, name) for check in catalogue):
            raise UsageError(
                _("aucun contrôle, critère ni compétence ne s'appelle « %(name)s »")
                % {"name": name},
                hint=_("connus : %(names)s") % {"names": ", ".join(_names(catalogue))},
            )
    chosen = [
        check for check in route if not only or any(_is_named(check.spec, name) for name in only)
    ]
    ids = {check.spec.id for check in chosen}
    support = dependencies((check.spec for check in catalogue), ids)
    return Selection(
        tuple(chosen),
        tuple(check for check in catalogue if check.spec.id in support),
        tuple(check for check in route if check.spec.id not in ids),
    )


def competency_of(spec: CheckSpec) -> int:
    """Return the number of the compétence a check serves: 6 for critère 6.2."""
    return int(spec.criterion.partition(".")[0])


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


def _meant_for(faces: Collection[str], checks: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(check for check in checks if not check.spec.face or check.spec.face in faces)


def _is_named(spec: CheckSpec, name: str) -> bool:
    wanted = name.strip().casefold()
    return wanted in {
        spec.id.casefold(),
        spec.criterion,
        str(competency_of(spec)),
        f"c{competency_of(spec):02d}",
    }


def _names(catalogue: Iterable[Check]) -> list[str]:
    specs = [check.spec for check in catalogue]
    criteria = sorted({spec.criterion for spec in specs}, key=_official)
    return [*criteria, *sorted(spec.id for spec in specs)]


def _official(criterion: str) -> tuple[int, ...]:
    return tuple(int(part) for part in criterion.split("."))

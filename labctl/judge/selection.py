"""Which checks are asked for, and which facts they need."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from labctl.core.check import CheckSpec
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.kind import Kind
from labctl.judge.catalogue import Check, dependencies
from labctl.probes.linux.machines import Machines


@dataclass(frozen=True, slots=True)
class Selection:
    """The checks to report, and those they wait for: judged too, never reported."""

    chosen: tuple[Check, ...]
    support: tuple[Check, ...]

    def on(self, kind: Kind) -> "Selection":
        """Return what means something for a kind of workstation."""
        return Selection(_meant_for(kind, self.chosen), _meant_for(kind, self.support))

    def needs(self) -> frozenset[type[Any]]:
        """Return the fact types to collect."""
        checks = (*self.chosen, *self.support)
        facts = {fact for check in checks for fact in (*check.spec.needs, *check.spec.witnesses)}
        return frozenset(facts | {Machines} if any(check.spec.over for check in checks) else facts)


def select(
    catalogue: Sequence[Check],
    only: Collection[str] = (),
    competencies: Collection[int] | None = None,
) -> Selection:
    """Keep the checks of a route's compétences, or those named: ``K-071``, ``6.2``, ``6``.

    Raises UsageError for a name that names nothing.
    """
    chosen = [
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
    if only:
        chosen = [check for check in chosen if any(_is_named(check.spec, name) for name in only)]
    ids = {check.spec.id for check in chosen}
    support = dependencies((check.spec for check in catalogue), ids)
    return Selection(tuple(chosen), tuple(check for check in catalogue if check.spec.id in support))


def competency_of(spec: CheckSpec) -> int:
    """Return the number of the compétence a check serves: 6 for critère 6.2."""
    return int(spec.criterion.partition(".")[0])


def _meant_for(kind: Kind, checks: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(check for check in checks if kind in check.spec.kinds)


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

"""How a check is declared: its catalogue id, its critère, its needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from labctl.core.ids import CheckId, CriterionId

F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What the engine knows of a check without running it.

    ``needs`` are fact types (dataclasses of ``labctl.probes``), given to the function in this
    order after the plan. ``after`` are the checks whose failure blocks this one. ``weight`` is
    used in training only.
    """

    id: CheckId
    criterion: CriterionId
    needs: tuple[type[Any], ...]
    after: tuple[CheckId, ...]
    weight: int
    label: str


def check(
    check_id: str,
    *,
    criterion: str,
    needs: type[Any] | tuple[type[Any], ...],
    after: tuple[str, ...] = (),
    weight: int = 1,
) -> Callable[[F], F]:
    """Declare a check; its French label is the first line of the docstring."""

    def declare(function: F) -> F:
        label = (function.__doc__ or "").strip().splitlines()
        if not label:
            raise ValueError(f"{check_id}: a check needs a docstring, its French label")
        spec = CheckSpec(
            CheckId(check_id),
            CriterionId(criterion),
            needs if isinstance(needs, tuple) else (needs,),
            tuple(CheckId(other) for other in after),
            weight,
            label[0].rstrip("."),
        )
        function.labctl_check = spec  # type: ignore[attr-defined]  # how pytest marks travel too
        return function

    return declare

"""How a check is declared: its catalogue id, its needs, what it waits for.

Which critère it serves, and with which weight, is said by the grid of a référentiel.
"""

from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass
from typing import Any, TypeVar

from labctl.core.ids import CheckId, NodeName
from labctl.core.verdict import Match

F = TypeVar("F", bound=Callable[..., Match | None])
Over = Callable[[Any], Iterable[NodeName]]
"""From a plan to machines."""


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What the engine knows of a check without running it.

    ``asks`` are the demands given to the function first; a cahier that does not make one of them is
    not judged by the check. The plan itself may be one of them, and is when none is named; ``Node``
    is the machine that is judged, of a check that says ``each``.
    ``needs`` are fact types (dataclasses of topics), given in this order after them; one
    that was not observed makes the check « non vérifiable ».
    ``witnesses`` are second opinions: given after the needs, None when not observed.
    ``over`` returns, for a plan, the machines a wrong answer travels through: when one of them does
    not answer at all, the wrong answer proves nothing and the check is « non vérifiable ».
    ``after`` are the checks whose failure blocks this one. ``partly_after`` are those whose failure
    keeps points of this one from being judged (``Expectation.hindered_by``), and the rest goes on.
    ``face`` is the face that a workstation must have for it to mean something, empty for any: a
    kind of machine says which ones it has (``windows``, ``linux``, ``ios``).
    ``each`` gives the machines that it is judged for, one verdict each: the field of the first
    demand that names them (``"on"``), or a function of the plan. Those without the ``face`` are
    left out. A check without it is judged once for the bench. ``only`` are those of its machines
    that somebody asks for, none for all.
    ``ended_by_cut`` tells that a power cut ends what it looks at by nature: an open session, a log
    without stops. What it said before the cut counts (``labctl.judge.restart``).
    """

    id: CheckId
    needs: tuple[type[Any], ...]
    after: tuple[CheckId, ...]
    label: str
    witnesses: tuple[type[Any], ...] = ()
    over: Over | None = None
    face: str = ""
    partly_after: tuple[CheckId, ...] = ()
    asks: tuple[type[Any], ...] = ()
    each: Over | str | None = None
    only: frozenset[str] = frozenset()
    means: Callable[[Any], bool] | None = None
    ended_by_cut: bool = False

    @property
    def topics(self) -> frozenset[str]:
        """Return the topics whose demands it compares facts to."""
        return frozenset(one.topic for one in self.asks if hasattr(one, "topic"))

    @property
    def waits_for(self) -> tuple[CheckId, ...]:
        """Return the checks that are judged before this one."""
        return (*self.after, *self.partly_after)

    def machines(self, plan: Any) -> tuple[str, ...]:
        """Return the machines that it is judged for; the bench as a whole has an empty name.

        Where the subject has no such machine there is one verdict all the same, « sans objet ».
        """
        found = self.list_judged(plan)
        return tuple(name for name in found if not self.only or name in self.only) or ("",)

    def list_judged(self, plan: Any) -> tuple[NodeName, ...]:
        """Return the machines that it is judged for, whichever of them are asked for."""
        return tuple(name for name in self._list_concerned(plan) if self._has_face(plan, name))

    def is_meant_for(self, plan: Any) -> bool:
        """Tell whether a bench has a machine with the face that it is about, or none at all."""
        if self.means is not None and not self.means(plan):
            return False
        found = self._list_concerned(plan) if self.each else tuple(plan.nodes)
        return not found or any(self._has_face(plan, name) for name in found)

    def _list_concerned(self, plan: Any) -> tuple[NodeName, ...]:
        if self.each is None:
            return ()
        if callable(self.each):
            return tuple(self.each(plan))
        demand = next(one for one in self.asks if hasattr(one, "topic"))
        named = getattr(plan.demand(demand), self.each)
        return (NodeName(named),) if isinstance(named, str) else tuple(named)

    def _has_face(self, plan: Any, name: NodeName) -> bool:
        return not self.face or self.face in plan.nodes[name].faces


def name_case(check: str, machine: str, machines: Sized) -> CheckId:
    """Return what a check is called on one of its machines: ``K-034@poste2``.

    On its only machine, and where it is about the bench as a whole, it has its own name.
    """
    return CheckId(f"{check}@{machine}" if len(machines) > 1 else check)


def check(  # noqa: PLR0913  # a declaration, always written with keywords
    check_id: str,
    *,
    needs: type[Any] | tuple[type[Any], ...],
    asks: type[Any] | tuple[type[Any], ...] = (),
    after: tuple[str, ...] = (),
    partly_after: tuple[str, ...] = (),
    witnesses: tuple[type[Any], ...] = (),
    over: Over | None = None,
    face: str = "",
    each: Over | str | None = None,
    ended_by_cut: bool = False,
) -> Callable[[F], F]:
    """Declare a check; its French label is the first line of the docstring."""

    def declare(function: F) -> F:
        label = (function.__doc__ or "").strip().splitlines()
        if not label:
            raise ValueError(f"{check_id}: a check needs a docstring, its French label")
        _require_tuples(check_id, (after, partly_after))
        asked = asks if isinstance(asks, tuple) else (asks,)
        if isinstance(each, str) and not any(hasattr(one, "topic") for one in asked):
            raise TypeError(f"{check_id}: each={each!r} names a field of a demand: asks=…")
        spec = CheckSpec(
            CheckId(check_id),
            needs if isinstance(needs, tuple) else (needs,),
            tuple(CheckId(other) for other in after),
            label[0].rstrip("."),
            witnesses,
            over,
            face,
            tuple(CheckId(other) for other in partly_after),
            asked,
            each,
            ended_by_cut=ended_by_cut,
        )
        function.labctl_check = spec  # type: ignore[attr-defined]  # how pytest marks travel too
        return function

    return declare


def _require_tuples(check_id: str, names: tuple[object, ...]) -> None:
    """Raise TypeError for what a file, which no type checker reads, may hand over by mistake."""
    for given in names:
        if isinstance(given, str):  # it would be taken letter by letter
            raise TypeError(f'{check_id}: a tuple is wanted: ("{given}",)')

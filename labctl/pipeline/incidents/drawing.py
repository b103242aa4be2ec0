"""Draw incidents for benches."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.once import reading_once
from labctl.judge.catalogue import load_checks
from labctl.judge.masking import list_masked
from labctl.pipeline.choosing import load_exam
from labctl.pipeline.draws import Draw, keep_draw
from labctl.pipeline.incidents.orders import derive_seed, list_known
from labctl.pipeline.journal import note_breakdown
from labctl.pipeline.place import Place
from labctl.plan.draw import Desk, Item, Lot, draw_lots, list_neighbours
from labctl.plan.handing import is_given
from labctl.plan.model import Plan
from labctl.spec.grid import Grid
from labctl.spec.incident import Incident
from labctl.spec.topology import NodeState


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn: so many minutes at most, for these critères, up to a level."""

    minutes: int = 40
    criteria: tuple[str, ...] = ()
    level: int = 3


@reading_once()
def draw(place: Place, benches: Sequence[int], wish: Wish) -> tuple[Lot, ...]:
    """Return what each bench is given; UsageError when one of them can be given nothing.

    The seed of each (``derive_seed``) decides: drawn again, it is the same.
    """
    grid = load_exam(place.cahier.referential)
    _require_criteria(grid, wish.criteria)
    seats = {seat.number: (seat.row, seat.column) for seat in place.room.document.seats}
    near = list_neighbours({bench: seats[bench] for bench in benches})
    desks = [
        Desk(
            bench,
            derive_seed(place, bench),
            _list_items(place.plan(bench), grid, wish),
            near[bench],
        )
        for bench in benches
    ]
    lots = draw_lots(desks, wish.minutes)
    empty = [f"{lot.bench:02d}" for lot in lots if not lot.items]
    if empty:
        said = _("aucune panne à tirer pour les bancs %(benches)s")
        hint = _("labctl incident list BANC dit pourquoi elles n'y ont pas de sens")
        raise UsageError(said % {"benches": ", ".join(empty)}, hint=hint)
    return lots


def keep_lots(lots: Iterable[Lot], by: str = "") -> None:
    """Keep what was drawn, and from which seed; the session of a bench has it too."""
    for lot in lots:
        keep_draw(lot.bench, Draw(tuple(item.id for item in lot.items), lot.seed))
        for item in lot.items:
            note_breakdown(lot.bench, "draw", item.id, {}, by)


def acts_on_shared(there: Incident, plan: Plan) -> bool:
    """Tell whether an incident breaks something on a machine that the whole room shares."""
    return any(plan.nodes[step.node].state is NodeState.SHARED for step in there.inject)


def is_in_reach(there: Incident, plan: Plan) -> bool:
    """Tell whether the candidate may enter each machine of one of the accepted repairs."""
    return any(
        all(is_given(plan, plan.nodes[step.node]) for step in repair.steps)
        for repair in there.repairs
    )


def _list_items(plan: Plan, grid: Grid, wish: Wish) -> tuple[Item, ...]:
    known = list_known(plan)
    masked = list_masked(known.meant, known.there, load_checks(), plan)
    return tuple(
        Item(one.id, one.topic, one.minutes, masked[one.id])
        for one in known.meant.values()
        if one.level <= wish.level
        and one.minutes <= wish.minutes
        and _serves(grid, one.id, wish.criteria)
        and not acts_on_shared(known.there[one.id], plan)
        and not known.there[one.id].is_by_hand
        and is_in_reach(known.there[one.id], plan)
    )


def _serves(grid: Grid, incident: str, criteria: Collection[str]) -> bool:
    served = grid.incidents.get(incident, ())
    return not criteria or any(one in criteria for one in served)


def _require_criteria(grid: Grid, criteria: Iterable[str]) -> None:
    known = [criterion.id for criterion in grid.referential.criteria]
    for one in criteria:
        if one not in known:
            said = _("critère « %(criterion)s » inconnu du référentiel") % {"criterion": one}
            raise UsageError(said, hint=_("critères : %(names)s") % {"names": ", ".join(known)})

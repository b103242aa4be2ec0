"""Draw incidents for benches, and keep what was drawn: a reset and an opening leave it as it is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.core.errors import StoreError, UsageError
from labctl.core.i18n import _
from labctl.core.once import reading_once
from labctl.core.paths import state_dir
from labctl.core.secrets import derive
from labctl.core.store import read_json, write_json
from labctl.judge.catalogue import load_checks
from labctl.judge.masking import list_masked
from labctl.pipeline.choosing import load_exam
from labctl.pipeline.incidents.orders import list_known
from labctl.pipeline.journal import find_stamp
from labctl.pipeline.place import Place
from labctl.pipeline.seed import read_seed
from labctl.plan.draw import Desk, Item, Lot, draw_lots, list_neighbours
from labctl.plan.model import Plan
from labctl.spec.grid import Grid
from labctl.spec.incident import Incident
from labctl.spec.topology import NodeState

SCHEMA = "labctl/draw/v1"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn: so many minutes at most, for these critères, up to a level."""

    minutes: int = 40
    criteria: tuple[str, ...] = ()
    level: int = 3


@reading_once()
def draw(place: Place, benches: Sequence[int], wish: Wish) -> tuple[Lot, ...]:
    """Return what each bench is given; UsageError when one of them can be given nothing.

    The seed of the room decides, with the session and the bench: drawn again, it is the same.
    """
    grid = load_exam(place.cahier.referential)
    _require_criteria(grid, wish.criteria)
    seats = {seat.number: (seat.row, seat.column) for seat in place.room.document.seats}
    near = list_neighbours({bench: seats[bench] for bench in benches})
    desks = [
        Desk(bench, _seed(place, bench), _list_items(place.plan(bench), grid, wish), near[bench])
        for bench in benches
    ]
    lots = draw_lots(desks, wish.minutes)
    empty = [f"{lot.bench:02d}" for lot in lots if not lot.items]
    if empty:
        said = _("aucune panne à tirer pour les bancs %(benches)s")
        hint = _("labctl incident list BANC dit pourquoi elles n'y ont pas de sens")
        raise UsageError(said % {"benches": ", ".join(empty)}, hint=hint)
    return lots


def keep_draw(lots: Iterable[Lot]) -> None:
    """Keep what was drawn."""
    for lot in lots:
        names = [item.id for item in lot.items]
        write_json(_file(lot.bench), {"schema": SCHEMA, "incidents": names})


def read_draw(bench: int) -> tuple[str, ...]:
    """Return what was drawn for a bench, nothing when nothing was; StoreError when it is lost."""
    if not _file(bench).exists():
        return ()
    document = read_json(_file(bench))
    if isinstance(document, dict) and document.get("schema") == SCHEMA:
        return tuple(map(str, document.get("incidents", ())))
    said = _("« %(path)s » ne dit plus quelles pannes ont été tirées")
    raise StoreError(said % {"path": _file(bench)}, hint=f"labctl incident draw {bench}")


def acts_on_shared(there: Incident, plan: Plan) -> bool:
    """Tell whether an incident breaks something on a machine that the whole room shares."""
    return any(plan.nodes[step.node].state is NodeState.SHARED for step in there.inject)


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


def _seed(place: Place, bench: int) -> str:
    stamp = find_stamp(bench)
    about = stamp.session if stamp else place.room.id
    seed = read_seed(place.room.document.seed)
    return derive(seed, "incidents", about, place.cahier.id, f"{bench:02d}").reveal()


def _file(bench: int) -> Path:
    return state_dir() / "draws" / f"{bench:02d}.json"

"""Words that a shell completes: names of this installation, never asked of a machine."""

from collections.abc import Callable

from labctl.core.paths import list_content, runs_dir
from labctl.pipeline.place import load_place

ROOM, CAHIER = ".room.yml", ".cdc.yml"


def list_words(kind: str, room: str) -> tuple[str, ...]:
    """Return the words of a kind (a key of ``WORDS``); machines are those of a room."""
    return WORDS[kind](room)


def _machines(room: str) -> tuple[str, ...]:
    place = load_place(room, None)
    return tuple(place.plan(place.room.benches[0]).nodes)


def _rooms(_room: str) -> tuple[str, ...]:
    return _names("rooms", ROOM)


def _cahiers(_room: str) -> tuple[str, ...]:
    return _names("cahiers", CAHIER)


def _checks(room: str) -> tuple[str, ...]:
    from labctl.pipeline.choosing import load_exam  # slow to import

    exam = load_exam(load_place(room, None).cahier.referential)
    served = {entry.criterion for entry in exam.entries.values()}
    criteria = (criterion.id for criterion in exam.referential.criteria)
    return (*(name for name in criteria if name in served), *sorted(exam.entries))


def _routes(room: str) -> tuple[str, ...]:
    return load_place(room, None).cahier.routes


def _lots(room: str) -> tuple[str, ...]:
    place = load_place(room, None)
    plans = (place.plan(place.room.benches[0], route) for route in place.cahier.routes)
    return tuple(dict.fromkeys(lot.id for plan in plans for lot in plan.lots))


def _runs(_room: str) -> tuple[str, ...]:
    return tuple(str(path) for path in sorted(runs_dir().glob("[0-9][0-9]/*"), reverse=True))


def _names(folder: str, suffix: str) -> tuple[str, ...]:
    known = list_content(f"inventories/{folder}", f"*{suffix}")
    return tuple(name.removesuffix(suffix) for name in sorted(known))


WORDS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "machines": _machines,
    "rooms": _rooms,
    "cahiers": _cahiers,
    "checks": _checks,
    "routes": _routes,
    "lots": _lots,
    "runs": _runs,
}

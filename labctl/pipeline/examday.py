"""Read a session with its roster, its rooms and its référentiel, before anything is touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core.errors import Mistake, SpecError, UsageError
from labctl.core.i18n import _
from labctl.core.regular import TooLong, explain_os, read_regular
from labctl.pipeline.exam import load_referential
from labctl.pipeline.place import ROOMS, Place, find_file, load_place
from labctl.session.document import SessionFile, read_session
from labctl.session.roster import Roster, read_roster
from labctl.session.rules import ExamDay, Venue, build_day, find_wrong_names
from labctl.spec.loader import MAX_BYTES, Path_, load
from labctl.spec.referential import Referential

SESSIONS = ("sessions", ".session.yml")
"""Folder below inventories, and how its files end."""


@dataclass(frozen=True, slots=True)
class Held:
    """A session, and the place of each bench of its candidates."""

    day: ExamDay
    places: Mapping[int, Place]


def load_day(name: str) -> Held:
    """Read a session by name or path; SpecError with every mistake of it and of its roster."""
    path = find_file(name, *SESSIONS)
    source = load(path)
    file, wrong = read_session(source)
    roster, listed = load_roster(path.parent / str(source.tree.get("candidats", "")))
    mistakes = [*wrong, *listed]
    if file is None:
        raise _refuse(mistakes)
    mistakes.extend(find_wrong_names(file, roster))
    places = _load_places(file, mistakes)
    day, found = build_day(file, roster, _list_venues(file, places), _exam_of(file, places))
    if mistakes or found:
        raise _refuse((*mistakes, *found))
    benches = {one.bench: places[day.venue_of(one).name, one.route] for one in day.candidates}
    return Held(day, benches)


def load_roster(path: Path) -> tuple[Roster, tuple[Mistake, ...]]:
    """Return the roster of a file, as far as it is well formed, and every mistake in it."""
    try:
        return read_roster(str(path), read_regular(path, MAX_BYTES))
    except TooLong:
        said = _("fichier trop grand : plus de %(max)d Kio") % {"max": MAX_BYTES // 1024}
    except OSError as exc:
        said = _("fichier illisible : %(why)s") % {"why": explain_os(exc)}
    return Roster(str(path), ()), (Mistake(str(path), 1, said, "fichier"),)


def _refuse(mistakes: Iterable[Mistake]) -> SpecError:
    return SpecError(tuple(sorted(set(mistakes))))


def _load_places(file: SessionFile, before: Iterable[Mistake]) -> dict[tuple[str, str], Place]:
    """Return the place of each room and route; SpecError with every mistake, ``before`` too."""
    mistakes = {*before}
    read: dict[tuple[str, str | None], Place] = {}
    for rank, room in enumerate(file.document.rooms):
        try:
            find_file(room, *ROOMS)
        except UsageError as exc:
            mistakes.add(_unknown(file, ("salles", rank), exc))
            continue
        for route, wanted in file.document.routes.items():
            try:
                if (room, wanted.cahier) not in read:
                    read[room, wanted.cahier] = load_place(room, wanted.cahier)
            except SpecError as exc:
                mistakes.update(exc.mistakes)
            except UsageError as exc:
                mistakes.add(_unknown(file, ("parcours", route, "cahier"), exc))
    routes = file.document.routes.items()
    found = {
        (room, r): read.get((room, one.cahier)) for room in file.document.rooms for r, one in routes
    }
    whole = {key: place for key, place in found.items() if place is not None}
    if len(whole) < len(found):
        raise _refuse(mistakes)
    return whole


def _unknown(file: SessionFile, where: Path_, error: UsageError) -> Mistake:
    return file.source.mistake(where, error.message, rule="nom", hint=error.hint)


def _list_venues(file: SessionFile, places: Mapping[tuple[str, str], Place]) -> tuple[Venue, ...]:
    return tuple(
        Venue(
            room,
            places[room, file.main_route].room.benches,
            {route: _has_lots(places[room, route], route) for route in file.document.routes},
            {route: places[room, route].cahier.id for route in file.document.routes},
        )
        for room in file.document.rooms
    )


def _has_lots(place: Place, route: str) -> bool:
    cahier = place.cahier
    return any(route in lot.routes for lot in cahier.subject(cahier.variants[0]).lots)


def _exam_of(file: SessionFile, places: Mapping[tuple[str, str], Place]) -> Referential:
    """Return the référentiel of a session; SpecError when its cahiers are of several."""
    names = sorted({place.cahier.referential for place in places.values()})
    if len(names) > 1:
        said = _("les cahiers de la session sont de plusieurs référentiels : %(names)s")
        path = ("parcours",)
        mistake = file.source.mistake(path, said % {"names": ", ".join(names)}, rule="referentiel")
        raise SpecError((mistake,))
    return load_referential(names[0])

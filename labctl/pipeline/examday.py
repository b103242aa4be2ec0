"""Read a session with its roster, its rooms and its référentiel, before anything is touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from labctl.core.errors import Mistake, SpecError, UsageError
from labctl.core.i18n import _
from labctl.core.regular import TooLong, explain_os, read_regular
from labctl.pipeline.exam import list_referentials, load_referential
from labctl.pipeline.journal import ROSTER, SESSION_FILE, list_sessions, session_dir
from labctl.pipeline.place import ROOMS, SESSIONS, Place, find_file, load_place
from labctl.session.conformity import assess_day, find_shortfalls
from labctl.session.document import (
    BETWEEN_MINUTES,
    LONGEST_DAY_MINUTES,
    SessionFile,
    read_session,
)
from labctl.session.needs import Assessment, Crew, Memory, Options, assess, find_long_day
from labctl.session.roster import Roster, read_roster
from labctl.session.rules import ExamDay, Venue, build_day, find_wrong_names
from labctl.session.timetable import Timetable, build_timetable
from labctl.spec.loader import MAX_BYTES, Path_, load
from labctl.spec.referential import Referential, find_route


@dataclass(frozen=True, slots=True)
class Held:
    """A session, the place of each bench of its candidates, what it takes, and when.

    ``shortfalls`` are what keeps it from being held: juries, resources or hours that are too few;
    then there is no timetable.
    """

    day: ExamDay
    places: Mapping[int, Place]
    assessment: Assessment
    timetable: Timetable | None
    shortfalls: tuple[Mistake, ...]


def load_day(name: str) -> Held:
    """Read a session that can be held, as it was opened when it was, whatever its files say since.

    SpecError with every mistake, and with what is missing.
    """
    opened = list_sessions()
    held = _read_opened(name) if name in opened else read_day(name)
    if name not in opened and held.day.file.id in opened:
        held = _read_opened(held.day.file.id)
    if held.shortfalls:
        raise _refuse(held.shortfalls)
    return held


def read_day(name: str) -> Held:
    """Read a session by name or path; SpecError with every mistake of it and of its roster."""
    return _read(find_file(name, *SESSIONS))


def _read_opened(session: str) -> Held:
    folder = session_dir(session)
    return _read(folder / SESSION_FILE, folder / ROSTER)


def _read(path: Path, listing: Path | None = None) -> Held:
    source = load(path)
    file, wrong = read_session(source)
    named = source.tree.get("candidats")
    roster, mistakes = Roster("", ()), [*wrong]
    if listing or isinstance(named, str):  # else it is told as a mistake of the session
        roster, listed = load_roster(listing or path.parent / str(named))
        mistakes += listed
    if file is None:
        raise _refuse(mistakes)
    mistakes.extend(find_wrong_names(file, roster))
    places = _load_places(file, mistakes)
    day, found = build_day(file, roster, _list_venues(file, places), _exam_of(file, places))
    if mistakes or found:
        raise _refuse((*mistakes, *found))
    benches = {one.bench: places[day.venue_of(one).name, one.route] for one in day.candidates}
    assessment = assess_day(day, _memory_of(file, benches))
    shortfalls = tuple(sorted(find_shortfalls(day, assessment)))
    timetable = None
    try:
        timetable = None if shortfalls else build_timetable(day)
    except SpecError as exc:
        shortfalls = exc.mistakes
    return Held(day, benches, assessment, timetable, shortfalls)


def assess_numbers(
    name: str | None, candidates: int, juries: int, route: str, options: Options
) -> Assessment:
    """Return what so many candidates and juries take; UsageError for numbers that are none."""
    known = tuple(list_referentials())
    if name is None and len(known) != 1:
        hint = _("connus : %(names)s") % {"names": ", ".join(known)}
        raise UsageError(_("dites de quel référentiel"), hint=hint)
    referential = load_referential(name or known[0])
    route = route or referential.main_route
    find_route(referential, route)
    if candidates < 1 or juries < 1:
        raise UsageError(_("il faut au moins un candidat et un jury"))
    crew = Crew({route: candidates}, juries)
    found = assess(referential, crew, options)
    long = find_long_day(referential, crew, BETWEEN_MINUTES, LONGEST_DAY_MINUTES)
    return replace(found, warnings=(*found.warnings, *long))


def _memory_of(file: SessionFile, places: Mapping[int, Place]) -> Memory | None:
    """Return what the benches take and a host has, None where neither session nor room says it."""
    rooms = {place.room.id: place for place in places.values()}.values()
    hosts = [host.memory_mib for place in rooms for host in place.room.document.hosts]
    had = file.document.equipment.host_memory_mib or max(hosts, default=0)
    if not had:
        return None
    wishes = [
        wish.need.memory_mib
        for place in rooms
        for wish in place.room.document.wishes(place.room.rules, place.cahier.source).values()
    ]
    return Memory(max(wishes), had)


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

"""Check what people wrote, entirely, without touching anything else."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from labctl.core.content import (
    CHECKS,
    DECLARED,
    INCIDENTS,
    PACKAGE,
    SABOTAGES,
    list_files,
    list_own_files,
)
from labctl.core.errors import Mistake, SpecError, UsageError
from labctl.core.i18n import _
from labctl.core.once import reading_once
from labctl.core.paths import content_roots
from labctl.core.regular import read_regular
from labctl.pipeline.exam import find_exams, read_reasons
from labctl.pipeline.networks import host_networks
from labctl.pipeline.place import CAHIERS, ROOMS, SESSIONS, find_file, list_names
from labctl.providers.registry import list_room_rules
from labctl.spec.cahier import topics_of
from labctl.spec.lint import check_cahier, check_room, list_refusals, read_source
from labctl.spec.loader import MAX_BYTES, Source
from labctl.spec.observed import find_nearest, list_unread
from labctl.spec.referential import read_referential

_SCHEMA = re.compile(
    rb"^schema:[ \t]*[\"']?labctl/(cdc|room|referentiel|grille|session)/", re.MULTILINE
)
_REFERENTIALS, _GRIDS, _DAYS = "referentiel", "grille", "session"
_CAHIERS, _ROOMS, _CHECKS, _INCIDENTS = "cdc", "room", "check", "incident"
_PLACES = {
    _CAHIERS: CAHIERS,
    _ROOMS: ROOMS,
    _REFERENTIALS: ("referentials", ".yml"),
    _GRIDS: ("grids", ".yml"),
    _DAYS: SESSIONS,
}
"""For each kind of document: its folder below inventories, and how its files end."""

_Read = Callable[[Path], tuple[Source | None, tuple[Mistake, ...]]]


@dataclass(frozen=True, slots=True)
class Checked:
    """The files read, and every mistake in them; what is only advice is one of them.

    Of each cahier, ``unobserved`` are the keys that nobody looks at, ``jury`` those that no check
    reads and why the jury looks at them.
    """

    files: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    unobserved: Mapping[str, tuple[str, ...]]
    jury: Mapping[str, Mapping[str, str]]

    @property
    def refusals(self) -> tuple[Mistake, ...]:
        """Return the mistakes that refuse a file."""
        return list_refusals(self.mistakes)


@reading_once()
def validate(names: Sequence[str]) -> Checked:
    """Check the named files, or every file that is known; in both cases a centre's own checks.

    A check that cannot be read refuses whatever is graded: its author is told at once.
    """
    files = _sort(names) if names else _everything()
    of_checks = (_CHECKS, _GRIDS, _INCIDENTS)
    if not (any(files[kind] for kind in of_checks) or _has_own_checks()):
        return _check(files)
    from labctl.pipeline.workers import call_beside  # a cahier alone needs no process

    with call_beside(partial(_check_catalogue, files[_GRIDS], files[_INCIDENTS])) as found:
        checked = _check(files)
        return replace(checked, mistakes=tuple(sorted({*checked.mistakes, *found()})))


def _check(files: Mapping[str, Sequence[Path]]) -> Checked:
    """Check what is not of the catalogue; each file is read once."""
    read = cache(read_source)
    mistakes = set(_check_cahiers_and_rooms(files[_CAHIERS], files[_ROOMS], read))
    for path in files[_REFERENTIALS]:
        mistakes.update(read_referential(path)[1])
    for path in files[_DAYS]:
        mistakes.update(_check_day(path))
    names = tuple(str(path) for paths in files.values() for path in paths)
    unread = _find_unread(files[_CAHIERS], read)
    nobody = {file: tuple(k for k, why in keys.items() if not why) for file, keys in unread.items()}
    jury = {file: {k: why for k, why in keys.items() if why} for file, keys in unread.items()}
    return Checked(names, tuple(sorted(mistakes)), _without_empty(nobody), _without_empty(jury))


def _check_catalogue(grids: Iterable[Path], incidents: Iterable[Path]) -> frozenset[Mistake]:
    from labctl.pipeline.checkfiles import check_catalogue  # all that it needs, beside

    return check_catalogue(grids, incidents)


def _find_unread(cahiers: Iterable[Path], read: _Read) -> dict[str, dict[str, str]]:
    """Return the keys of each cahier that no check reads, and why the jury looks at each.

    "" is why where the grid says nothing. Of an ill-formed file, nothing.
    """
    found: dict[str, dict[str, str]] = {}
    for path in cahiers:
        source = read(path)[0]
        if source is not None:
            referential = find_exams(source).named
            reasons = read_reasons(referential.id) if referential else {}
            keys = (one.key for one in list_unread(topics_of(source.tree), source.tree))
            found[str(path)] = {key: find_nearest(reasons, key) for key in keys}
    return found


def _without_empty(found: Mapping[str, Any]) -> dict[str, Any]:
    return {file: keys for file, keys in found.items() if keys}


def _check_cahiers_and_rooms(
    cahiers: Iterable[Path], rooms: Iterable[Path], read: _Read
) -> Iterator[Mistake]:
    """Yield the mistakes of each, a room beside its cahier."""
    networks = host_networks()
    known, providers = list_names(*CAHIERS), list_room_rules()
    for path in cahiers:
        source, mistakes = read(path)
        yield from mistakes
        if source is not None:
            yield from check_cahier(source, networks, _name_of(path, CAHIERS), find_exams(source))
        known[path.name.removesuffix(CAHIERS[1])] = path
    for path in rooms:
        source, mistakes = read(path)
        yield from mistakes
        if source is not None:
            named = known.get(str(source.tree.get("cahier")))
            cahier = None if named is None else read(named)[0]
            yield from check_room(source, providers, cahier, known, _name_of(path, ROOMS))


def _check_day(path: Path) -> tuple[Mistake, ...]:
    """Return the mistakes of a session and of its roster, and what keeps it from being held."""
    from labctl.pipeline.examday import read_day  # a subject alone needs nothing of sessions

    try:
        return read_day(str(path)).shortfalls
    except SpecError as exc:
        return exc.mistakes


def _everything() -> dict[str, list[Path]]:
    found = {kind: list(list_names(*place).values()) for kind, place in _PLACES.items()}
    checks = [
        *list_files(CHECKS).values(), *list_files(DECLARED).values(), *list_own_files(SABOTAGES)
    ]  # fmt: skip
    return {**found, _CHECKS: checks, _INCIDENTS: list(list_own_files(INCIDENTS))}


def _has_own_checks() -> bool:
    *own, _shipped = content_roots()
    return any((root / PACKAGE).is_dir() for root in own)


def _name_of(path: Path, place: tuple[str, str]) -> str:
    """Return the name by which a file is known, "" for one that lies elsewhere."""
    names = {found.resolve(): name for name, found in list_names(*place).items()}
    return names.get(path.resolve(), "")


def _sort(names: Iterable[str]) -> dict[str, list[Path]]:
    """Return the files by what they hold: what they say, else how they are called."""
    files: dict[str, list[Path]] = {kind: [] for kind in (*_PLACES, _CHECKS, _INCIDENTS)}
    for name in names:
        if _is_in(Path(name), INCIDENTS):
            files[_INCIDENTS].append(Path(name))
            continue
        if name.endswith(".py") or _is_in(Path(name), DECLARED):
            files[_CHECKS].append(_find_check(Path(name)))
            continue
        named = [kind for kind, place in _PLACES.items() if name in list_names(*place)]
        for kind in named or [_kind_of(name)]:  # a subject and its room may have one name
            files[kind].append(find_file(name, *_PLACES[kind]))
    return files


def _is_in(path: Path, files: str) -> bool:
    """Tell whether a file lies where such files of a topic do: incidents, declared checks."""
    return path.suffix == ".yml" and path.parent.name == files.partition("/")[0]


def _find_check(path: Path) -> Path:
    """Return a file of the catalogue; UsageError for one that labctl would never read."""
    known = (*list_files(CHECKS).values(), *list_files(DECLARED).values())
    if path.resolve() in {one.resolve() for one in known}:
        return path
    raise UsageError(
        _("« %(name)s » n'est pas un contrôle du catalogue") % {"name": path},
        hint=_(
            "un contrôle est un fichier check_….py ou declared/….yml d'un thème, sous %(folder)s"
        )
        % {"folder": ", ".join(str(root / PACKAGE) for root in content_roots())},
    )


def _kind_of(name: str) -> str:
    if name.endswith(ROOMS[1]):
        return _ROOMS
    if name.endswith(SESSIONS[1]):
        return _DAYS
    if name.endswith(CAHIERS[1]) or not name.endswith(".yml"):
        return _CAHIERS
    try:
        said = _SCHEMA.search(read_regular(Path(name), MAX_BYTES))
    except OSError:
        return _CAHIERS
    return said[1].decode() if said else _CAHIERS

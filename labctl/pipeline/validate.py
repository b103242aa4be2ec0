"""Check what people wrote, entirely, without touching anything else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.core.errors import Mistake, SpecError, UsageError
from labctl.core.paths import list_content
from labctl.core.regular import read_regular
from labctl.pipeline.networks import host_networks
from labctl.pipeline.place import find_file
from labctl.spec.lint import validate_cahier, validate_room
from labctl.spec.loader import MAX_BYTES
from labctl.spec.referential import validate_referential
from labctl.spec.room import load_room

_SCHEMA = re.compile(rb"^schema:[ \t]*[\"']?labctl/(cdc|room|referentiel)/", re.MULTILINE)
_CAHIERS, _ROOMS, _REFERENTIALS = "cdc", "room", "referentiel"
_PLACES = {
    _CAHIERS: ("cahiers", ".cdc.yml"),
    _ROOMS: ("rooms", ".room.yml"),
    _REFERENTIALS: ("referentials", ".yml"),
}
"""For each kind of document: its folder below inventories, and how its files end."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The files read, and every mistake in them."""

    files: tuple[str, ...]
    mistakes: tuple[Mistake, ...]


def validate(names: Sequence[str]) -> Checked:
    """Check the named files, or every cahier, room and référentiel that is known."""
    files = _sort(names) if names else {kind: list(_known(kind).values()) for kind in _PLACES}
    networks = host_networks()
    mistakes: set[Mistake] = set()
    for path in files[_CAHIERS]:
        mistakes.update(validate_cahier(path, networks))
    for path in files[_ROOMS]:
        mistakes.update(validate_room(path, _cahier_of(path, files[_CAHIERS])))
    for path in files[_REFERENTIALS]:
        mistakes.update(validate_referential(path))
    read = tuple(str(path) for paths in files.values() for path in paths)
    return Checked(read, tuple(sorted(mistakes)))


def _cahier_of(room: Path, cahiers: Sequence[Path]) -> Path | None:
    try:
        name = load_room(room).document.cahier
        known = {path.name.removesuffix(".cdc.yml"): path for path in cahiers}
        return known.get(name) or find_file(name, "cahiers", ".cdc.yml")
    except (SpecError, UsageError):  # the room's own mistakes are reported with it
        return None


def _sort(names: Sequence[str]) -> dict[str, list[Path]]:
    """Return the files by what they hold: what they say, else how they are called."""
    files: dict[str, list[Path]] = {kind: [] for kind in _PLACES}
    for name in names:
        kind = next((k for k in (_ROOMS, _REFERENTIALS) if name + _PLACES[k][1] in _known(k)), "")
        kind = kind or _kind_of(name)
        files[kind].append(find_file(name, *_PLACES[kind]))
    return files


def _kind_of(name: str) -> str:
    if name.endswith(_PLACES[_ROOMS][1]):
        return _ROOMS
    if name.endswith(_PLACES[_CAHIERS][1]) or not name.endswith(".yml"):
        return _CAHIERS
    try:
        said = _SCHEMA.search(read_regular(Path(name), MAX_BYTES))
    except OSError:
        return _CAHIERS
    return said[1].decode() if said else _CAHIERS


def _known(kind: str) -> dict[str, Path]:
    folder, suffix = _PLACES[kind]
    return list_content(f"inventories/{folder}", f"*{suffix}")

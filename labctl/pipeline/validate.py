"""Check what people wrote, entirely, without touching anything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.core.errors import Mistake, SpecError, UsageError
from labctl.core.paths import list_content
from labctl.pipeline.networks import host_networks
from labctl.pipeline.place import find_file
from labctl.spec.lint import validate_cahier, validate_room
from labctl.spec.room import load_room


@dataclass(frozen=True, slots=True)
class Checked:
    """The files read, and every mistake in them."""

    files: tuple[str, ...]
    mistakes: tuple[Mistake, ...]


def validate(names: Sequence[str]) -> Checked:
    """Check the named files, or every cahier and room that is known."""
    cahiers, rooms = _sort(names)
    networks = host_networks()
    mistakes: set[Mistake] = set()
    for path in cahiers:
        mistakes.update(validate_cahier(path, networks))
    for path in rooms:
        mistakes.update(validate_room(path, _cahier_of(path, cahiers)))
    return Checked(tuple(str(path) for path in (*cahiers, *rooms)), tuple(sorted(mistakes)))


def _cahier_of(room: Path, cahiers: Sequence[Path]) -> Path | None:
    try:
        name = load_room(room).document.cahier
        known = {path.name.removesuffix(".cdc.yml"): path for path in cahiers}
        return known.get(name) or find_file(name, "cahiers", ".cdc.yml")
    except (SpecError, UsageError):  # the room's own mistakes are reported with it
        return None


def _sort(names: Sequence[str]) -> tuple[list[Path], list[Path]]:
    if not names:
        cahiers = list_content("inventories/cahiers", "*.cdc.yml")
        return list(cahiers.values()), list(
            list_content("inventories/rooms", "*.room.yml").values()
        )
    rooms = [name for name in names if name.endswith(".room.yml") or _is_room(name)]
    cahiers_named = [name for name in names if name not in rooms]
    return (
        [find_file(name, "cahiers", ".cdc.yml") for name in cahiers_named],
        [find_file(name, "rooms", ".room.yml") for name in rooms],
    )


def _is_room(name: str) -> bool:
    return f"{name}.room.yml" in list_content("inventories/rooms", "*.room.yml")

"""What was handed in on a bench, as the gate keeps it on this computer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labctl.core import store
from labctl.providers.base import HandedIn
from labctl.providers.doors import depot
from labctl.providers.namespaces.bench import Bench


def list_handed_in(place: Bench) -> tuple[HandedIn, ...]:
    """Return what was handed in on a bench, as it was last kept."""
    folder = folder_of(place)
    if not (folder / depot.INDEX).exists():
        return ()
    index = store.read_json(folder / depot.INDEX)
    found: list[Mapping[str, Any]] = index if isinstance(index, list) else []
    return tuple(
        HandedIn(
            name=str(each["name"]),
            path=folder / str(each["file"]),
            size=int(each["bytes"]),
            sha256=str(each["sha256"]),
            at=int(each["at"]),
        )
        for each in found
    )


def folder_of(place: Bench) -> Path:
    """Return where the documents of a bench are kept."""
    return place.way_in / "documents"


def clock_of(place: Bench) -> Path:
    """Return where the time of the phase is kept for the menu."""
    return place.way_in / "clock.json"


def tickets_of(place: Bench) -> Path:
    """Return where labctl puts what is announced to the candidate of a bench: ``*.txt``."""
    return place.way_in / "tickets"

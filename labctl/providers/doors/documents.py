"""What was handed in on a bench, and who came, as the gate keeps it on this computer."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from labctl.core import store
from labctl.core.coming import Coming
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


def list_comings(place: Bench) -> tuple[Coming, ...]:
    """Return what happened at the way in of a bench; a line that was not ended is left out."""
    path = journal_of(place)
    found = []
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(line)
            found.append(Coming(str(said["at"]), str(said["event"]), str(said["about"])))
    return tuple(found)


def journal_of(place: Bench) -> Path:
    """Return where the gate notes who comes."""
    return place.way_in / "journal.jsonl"

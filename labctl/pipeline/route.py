"""What each bench was built for, its room and its route: every verb after ``up`` reads it here.

The note lies beside the folder of the bench, which building the bench removes.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.paths import state_dir
from labctl.core.store import read_json, remove, write_json

SCHEMA = "labctl/route/v1"


@dataclass(frozen=True, slots=True)
class Home:
    """The room and the cahier of a bench, by their names and their files; empty when unknown."""

    room: str = ""
    room_file: str = ""
    cahier: str = ""
    cahier_file: str = ""


def note_route(bench: int, route: str, home: Home = Home()) -> None:
    """Note for which route a bench is built, and in which room, before its first machine is."""
    found = {"room": home.room, "room_file": home.room_file}
    found |= {"cahier": home.cahier, "cahier_file": home.cahier_file}
    write_json(_file(bench), {"schema": SCHEMA, "route": route, **found}, mode=0o644)


def read_route(bench: int) -> str:
    """Return the route of a bench, empty when nothing was built or nothing may be seen.

    Raises StoreError when it is lost.
    """
    return str(_read(bench).get("route", ""))


def read_home(bench: int) -> Home:
    """Return where a bench was built; StoreError when it is lost."""
    found = _read(bench)
    names = ("room", "room_file", "cahier", "cahier_file")
    return Home(*(str(found.get(name, "")) for name in names))


def _read(bench: int) -> dict[str, object]:
    if not os.access(_file(bench), os.R_OK):  # not root: nothing can be done to the bench either
        return {}
    document = read_json(_file(bench))
    if isinstance(document, dict) and document.get("schema") == SCHEMA:
        return document
    said = _("« %(path)s » ne dit plus pour quel parcours le banc a été construit")
    raise StoreError(said % {"path": _file(bench)}, hint=f"labctl down {bench}")


def forget_route(bench: int) -> None:
    """Forget the route of a bench of which nothing is left."""
    remove(_file(bench))


def _file(bench: int) -> Path:
    return state_dir() / "routes" / f"{bench:02d}.json"

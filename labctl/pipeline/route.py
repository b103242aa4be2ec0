"""The route that each bench was built for: every verb after ``up`` reads it here.

The note lies beside the folder of the bench, which building the bench removes.
"""

import os
from pathlib import Path

from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.paths import state_dir
from labctl.core.store import read_json, remove, write_json

SCHEMA = "labctl/route/v1"


def note_route(bench: int, route: str) -> None:
    """Note for which route a bench is built, before its first machine is."""
    write_json(_file(bench), {"schema": SCHEMA, "route": route}, mode=0o644)


def read_route(bench: int) -> str:
    """Return the route of a bench, empty when nothing was built or nothing may be seen.

    Raises StoreError when it is lost.
    """
    if not os.access(_file(bench), os.R_OK):  # not root: nothing can be done to the bench either
        return ""
    document = read_json(_file(bench))
    if isinstance(document, dict) and document.get("schema") == SCHEMA:
        return str(document.get("route", ""))
    said = _("« %(path)s » ne dit plus pour quel parcours le banc a été construit")
    raise StoreError(said % {"path": _file(bench)}, hint=f"labctl down {bench}")


def forget_route(bench: int) -> None:
    """Forget the route of a bench of which nothing is left."""
    remove(_file(bench))


def _file(bench: int) -> Path:
    return state_dir() / "routes" / f"{bench:02d}.json"

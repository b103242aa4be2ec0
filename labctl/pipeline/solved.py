"""The mark that the reference solution leaves on a bench: later runs say that they had this help.

It lies in the bench's own folder: a reset of the whole bench, or ``down``, removes it too.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labctl.core.clock import timestamp
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.store import read_json, write_json
from labctl.pipeline.place import bench_dir

SCHEMA = "labctl/solved/v1"


def note_solved(bench: int, stamp: Mapping[str, Any] | None = None) -> None:
    """Note that the solution is about to be applied; the first time is the one that is kept.

    ``stamp`` says where in an exam that was.
    """
    if not _file(bench).exists():
        write_json(_file(bench), {"schema": SCHEMA, "solved_at": timestamp(), "session": stamp})


def read_solved(bench: int) -> str:
    """Return when the solution was applied to a bench, RFC 3339; empty when it was not.

    Raises StoreError when the mark is there and cannot be read.
    """
    if not _file(bench).exists():
        return ""
    document = read_json(_file(bench))
    if isinstance(document, dict) and document.get("schema") == SCHEMA:
        return str(document["solved_at"])
    said = _("« %(path)s » ne dit plus quand le corrigé a été appliqué")
    raise StoreError(said % {"path": _file(bench)}, hint=f"labctl reset {bench}")


def _file(bench: int) -> Path:
    return bench_dir(bench) / "solved.json"

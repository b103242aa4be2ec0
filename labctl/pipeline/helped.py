"""The mark that a solution leaves on a bench: later runs say that this work was helped.

It lies in the bench's own folder: a reset of the whole bench, or ``down``, removes it too.
"""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from labctl.collect.bundle import read_help
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.store import read_json, write_json
from labctl.core.verdict import Help
from labctl.pipeline.place import bench_dir

SCHEMA = "labctl/helps/v1"


def note_help(bench: int, given: Help) -> None:
    """Note that a solution is about to be applied; a whole one is noted once, the first time."""
    known = read_helps(bench)
    if given.lot or all(one.lot for one in known):
        helps = [asdict(one) for one in (*known, given)]
        write_json(_file(bench), {"schema": SCHEMA, "helps": helps})


def read_helps(bench: int) -> tuple[Help, ...]:
    """Return the solutions that were applied to a bench, the first one first.

    Raises StoreError when the mark is there and cannot be read.
    """
    if not _file(bench).exists():
        return ()
    document = read_json(_file(bench))
    if isinstance(document, dict) and document.get("schema") == SCHEMA:
        with suppress(KeyError, TypeError):
            return tuple(map(read_help, document["helps"]))
    said = _("« %(path)s » ne dit plus quel corrigé a été appliqué, ni quand")
    raise StoreError(said % {"path": _file(bench)}, hint=f"labctl reset {bench}")


def _file(bench: int) -> Path:
    return bench_dir(bench) / "helps.json"

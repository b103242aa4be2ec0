"""Which incidents were drawn for each bench, and from which seed: until the bench is removed.

A reset and an opening leave it as it is. What was printed of a draw is what is injected.
"""

from dataclasses import dataclass
from pathlib import Path

from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.paths import state_dir
from labctl.core.store import read_json, remove, write_json

SCHEMA = "labctl/draw/v1"


@dataclass(frozen=True, slots=True)
class Draw:
    """The incidents of a bench; ``seed`` decides what is drawn for each of them."""

    incidents: tuple[str, ...] = ()
    seed: str = ""


def keep_draw(bench: int, draw: Draw) -> None:
    """Keep what was drawn for a bench."""
    document = {"schema": SCHEMA, "incidents": list(draw.incidents), "seed": draw.seed}
    write_json(_file(bench), document)


def read_draw(bench: int) -> Draw:
    """Return what was drawn for a bench, nothing when nothing was; StoreError when it is lost."""
    if not _file(bench).exists():
        return Draw()
    document = read_json(_file(bench))
    if isinstance(document, dict) and document.get("schema") == SCHEMA:
        incidents = tuple(map(str, document.get("incidents", ())))
        return Draw(incidents, str(document.get("seed", "")))
    said = _("« %(path)s » ne dit plus quelles pannes ont été tirées")
    raise StoreError(said % {"path": _file(bench)}, hint=f"labctl incident draw {bench}")


def forget_draw(bench: int) -> None:
    """Forget what was drawn for a bench of which nothing is left."""
    remove(_file(bench))


def _file(bench: int) -> Path:
    return state_dir() / "draws" / f"{bench:02d}.json"

"""The secrets a cahier names, derived from the room's seed; the seed itself is never kept."""

import os
from collections.abc import Mapping
from pathlib import Path

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.regular import read_regular
from labctl.core.secrets import REFERENCE, Secret, derive
from labctl.pipeline.place import Place

MOST_BYTES = 64 << 10
"""What the file of a seed may hold: a seed is one line."""


def cahier_secrets(place: Place, bench: int) -> Mapping[str, Secret]:
    """Return the value of every ``${secret:name}`` of the cahier for one bench."""
    names = sorted(set(REFERENCE.findall(str(place.cahier.source.tree))))
    seed = read_seed(place.room.document.seed)
    return {name: derive(seed, f"{bench:02d}", name) for name in names}


def read_seed(reference: str) -> Secret:
    """Return the seed of ``env:NAME``, ``file:/path`` or ``demo:TEXT``; UsageError when absent."""
    kind, _colon, rest = reference.partition(":")
    if kind == "demo":
        return Secret(rest)
    value = os.environ.get(rest, "") if kind == "env" else _first_line(Path(rest))
    if not value:
        raise UsageError(
            _("la graine des secrets « %(reference)s » est introuvable") % {"reference": reference},
            hint=_("définissez la variable, ou créez le fichier (root, mode 0600)"),
        )
    return Secret(value)


def _first_line(path: Path) -> str:
    try:
        return read_regular(path, MOST_BYTES).decode().partition("\n")[0].strip()
    except (OSError, UnicodeError):
        return ""

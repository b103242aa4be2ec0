"""Which exam a cahier is for: its référentiel and its grid, found by name among the content."""

import contextlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from labctl.core.errors import SpecError, UsageError
from labctl.core.i18n import _
from labctl.core.paths import list_content
from labctl.spec.loader import Source, load
from labctl.spec.referential import Referential, read_referential
from labctl.spec.rules.official import Exams

REFERENTIALS, GRIDS = "inventories/referentials", "inventories/grids"
_read = cache(read_referential)


def find_exams(cahier: Source) -> Exams:
    """Return the exams there are, and the référentiel that a cahier names."""
    known = list_referentials()
    path = known.get(str(cahier.tree.get("referentiel")))
    named = None if path is None else _read(path)[0]
    graded = tuple(name for name in known if list_grids(name))
    return Exams(tuple(known), graded, named)


def list_referentials() -> dict[str, Path]:
    """Return the file of every référentiel, by its name."""
    found = list_content(REFERENTIALS, "*.yml")
    return {name.removesuffix(".yml"): path for name, path in sorted(found.items())}


def list_grids(name: str) -> tuple[Path, ...]:
    """Return the files of the grid of a référentiel: ``x.yml``, and what ``x.….yml`` adds."""
    found = list_content(GRIDS, "*.yml")
    return tuple(path for file, path in sorted(found.items()) if file.partition(".")[0] == name)


def read_reasons(name: str) -> dict[str, str]:
    """Return why the jury looks itself, as the grid of a référentiel says.

    Read without what a grid is verified with, which takes longer than a cahier: an ill-formed file
    says nothing here.
    """
    found: dict[str, str] = {}
    for path in list_grids(name):
        with contextlib.suppress(SpecError):
            said = load(path).tree.get("jury")
            if isinstance(said, Mapping):
                found.update((str(key), str(why)) for key, why in said.items())
    return found


def load_referential(name: str) -> Referential:
    """Return a référentiel by its name.

    Raises UsageError when there is no such référentiel, SpecError with every mistake of its file.
    """
    known = list_referentials()
    if name not in known:
        raise UsageError(
            _("référentiel « %(name)s » inconnu") % {"name": name},
            hint=_("connus : %(names)s") % {"names": ", ".join(known) or "–"},
        )
    referential, mistakes = _read(known[name])
    if referential is None:
        raise SpecError(mistakes)
    return referential

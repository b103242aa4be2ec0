"""What is wrong in the catalogue of checks, its faults and incidents, and the grids."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from labctl.core.content import INCIDENTS, SABOTAGES, list_own_files
from labctl.core.errors import Mistake
from labctl.core.i18n import _
from labctl.judge.catalogue import Check, find_unused, list_announced, read_checks
from labctl.pipeline.declared import check_declared
from labctl.pipeline.exam import list_grids, list_referentials
from labctl.pipeline.incident_files import check_incidents, list_plans
from labctl.spec.declared import read_declared, serve
from labctl.spec.fault import validate_fault
from labctl.spec.grid import read_grid
from labctl.spec.referential import read_referential
from labctl.spec.topic import read_topics


def check_catalogue(grids: Iterable[Path], incidents: Iterable[Path]) -> frozenset[Mistake]:
    """Return every mistake; grids and incidents are those that were named, wherever they lie."""
    checks, wrong = read_checks()
    known = None if wrong else frozenset(str(check.spec.id) for check in checks)
    found = {*wrong, *read_topics()[1], *_check_faults(known)}
    files = dict.fromkeys((*incidents, *list_own_files(INCIDENTS)))
    declared = read_declared()[0]
    plans = list_plans() if files or declared else ()
    found.update(check_incidents(files, known, plans))
    for one in declared:
        found.update(check_declared(one, known, plans or ()))
    return frozenset({*found, *_check_grids(checks, known or list_announced(), grids)})


def _check_grids(
    checks: Iterable[Check], announced: Collection[str], named: Iterable[Path]
) -> Iterator[Mistake]:
    """Yield the mistakes of every grid, and advice on the checks that none of them lists."""
    known, declared = list_referentials(), read_declared()[0]
    read = {name: read_referential(path)[0] for name, path in known.items()}
    served = set[str]()
    for name, referential in read.items():
        if referential is not None:
            grid, mistakes = read_grid(list_grids(name), referential, announced)
            whole, more = serve(grid, declared)
            served.update(whole.entries)
            yield from (*mistakes, *more)
    if all(read.values()):
        yield from find_unused(checks, served)
    placed = {path.resolve() for name in known for path in list_grids(name)}
    for path in named:
        if path.resolve() not in placed:
            yield from _place_grid(path, known)


def _place_grid(path: Path, known: Iterable[str]) -> Iterator[Mistake]:
    """Yield that a grid is of no référentiel: its file is not named after one."""
    said = _("cette grille n'est celle d'aucun référentiel")
    hint = _("nommez-la comme son référentiel, sous inventories/grids : %(names)s")
    yield Mistake(str(path), 1, said, "autre-referentiel", hint % {"names": ", ".join(known)})


def _check_faults(checks: Collection[str] | None) -> Iterator[Mistake]:
    for path in list_own_files(SABOTAGES):  # those of labctl are proved with it
        yield from validate_fault(path, checks)

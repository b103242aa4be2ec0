"""Which checks an exam asks for: those that its grid lists, of one route or of all, or by name."""

from collections.abc import Collection

from labctl.judge.catalogue import load_checks
from labctl.judge.selection import Selection, select
from labctl.pipeline.exam import list_grids, load_referential
from labctl.spec.grid import Grid, load_grid
from labctl.spec.referential import find_route


def load_exam(name: str) -> Grid:
    """Return the grid of a référentiel, with the référentiel.

    Raises UsageError when there is no such référentiel, SpecError with every mistake of its files.
    """
    checks = frozenset(str(check.spec.id) for check in load_checks())
    return load_grid(list_grids(name), load_referential(name), checks)


def choose_checks(name: str, only: Collection[str] = (), route: str | None = None) -> Selection:
    """Return the checks of a route of an exam, of all of it when None, or those named.

    Raises UsageError for a name that names nothing.
    """
    return choose_from(load_exam(name), only, route)


def choose_from(exam: Grid, only: Collection[str] = (), route: str | None = None) -> Selection:
    """Return the checks of an exam that is loaded, as ``choose_checks`` does."""
    official = exam.referential
    competencies = None if route is None else official.scope(find_route(official, route))
    return select(load_checks(), exam, only, competencies)

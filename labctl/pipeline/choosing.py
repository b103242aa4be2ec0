"""Which checks an exam asks for: those that its grid lists, or those that are named.

And the sabotages by which these checks are proved on a bench.
"""

from collections.abc import Collection

from labctl.core.content import SABOTAGES, list_files
from labctl.core.errors import SpecError
from labctl.judge.cases import bind, machines_of
from labctl.judge.catalogue import load_checks
from labctl.judge.selection import Selection, select
from labctl.pipeline.exam import list_grids, load_referential
from labctl.plan.model import Plan
from labctl.spec.declared import read_declared, serve
from labctl.spec.fault import Fault, load_faults
from labctl.spec.grid import Grid, load_grid


def load_exam(name: str) -> Grid:
    """Return the grid of a référentiel, with the référentiel.

    Raises UsageError when there is no such référentiel, SpecError with every mistake of its files.
    """
    checks = frozenset(str(check.spec.id) for check in load_checks())
    grid = load_grid(list_grids(name), load_referential(name), checks)
    served, mistakes = serve(grid, read_declared()[0])
    if mistakes:
        raise SpecError(mistakes)
    return served


def choose_checks(name: str, only: Collection[str] = ()) -> Selection:
    """Return the checks of an exam, or those named; a bench is judged by those of its route.

    Raises UsageError for a name that names nothing.
    """
    return choose_from(load_exam(name), only)


def choose_from(exam: Grid, only: Collection[str] = ()) -> Selection:
    """Return the checks of an exam that is loaded, as ``choose_checks`` does."""
    return select(load_checks(), exam, only)


def list_faults(
    selection: Selection, plan: Plan, names: Collection[str] | None = None
) -> list[Fault]:
    """Return the sabotages of what is judged on a bench, or those of these names, by id.

    Those of labctl and of the centre; one for each machine where the check has several.
    """
    files = list_files(SABOTAGES).values()
    stems = None if names is None else {name.partition("@")[0] for name in names}
    found = load_faults(path for path in files if stems is None or path.stem in stems)
    declared = (one.fault for one in read_declared()[0] if stems is None or one.id in stems)
    found = (*found, *filter(None, declared))
    machines = machines_of(selection, plan)
    bound = [one for fault in found for one in bind(fault, machines)]
    return [one for one in bound if names is None or one.id in names]

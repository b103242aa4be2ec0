"""Files of incidents: which there are, and what is wrong in them."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from labctl.core.errors import Mistake, SpecError
from labctl.pipeline.place import ROOMS, list_names, load_place
from labctl.plan.incident import draw_values, resolve
from labctl.plan.model import Plan
from labctl.spec.incident import Incident
from labctl.spec.incident_file import load_incident, validate_incident


def check_incidents(
    paths: Iterable[Path], checks: Collection[str] | None, plans: Iterable[Plan]
) -> Iterator[Mistake]:
    """Yield the mistakes of incidents; a reference is one when none of the plans resolves it.

    ``checks`` are the ids known, None when nobody knows.
    """
    known = tuple(plans)
    for path in paths:
        mistakes = validate_incident(path, checks)
        yield from mistakes
        if not mistakes:
            yield from _find_unresolved(path, known)


def list_plans() -> Iterator[Plan]:
    """Yield the plan of each variant and route of each room and its cahier that are in order."""
    for room in list_names(*ROOMS).values():
        try:
            place = load_place(str(room), None)
        except SpecError:
            continue  # told of by its own name
        for bench in place.one_bench_per_variant():
            yield from (place.plan(bench, route) for route in place.cahier.routes)


def _find_unresolved(path: Path, plans: Iterable[Plan]) -> tuple[Mistake, ...]:
    """Return what no plan that asks for the topic of an incident resolves, as the best of them."""
    incident = load_incident(path)
    asking = [plan for plan in plans if incident.topic in plan.demands]
    found = [_list_unresolved(incident, plan) for plan in asking]
    return min(found, key=lambda each: (each[0], len(each[1])), default=(False, ()))[1]


def _list_unresolved(incident: Incident, plan: Plan) -> tuple[bool, tuple[Mistake, ...]]:
    """Return whether nothing could be drawn, and what the plan lacks."""
    try:
        drawn = draw_values(incident, plan, "")
    except SpecError as exc:
        return True, exc.mistakes
    try:
        resolve(incident, plan, drawn)
    except SpecError as exc:
        return False, exc.mistakes
    return False, ()

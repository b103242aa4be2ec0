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
    paths: Iterable[Path], checks: Collection[str] | None, plans: Iterable[Plan] | None
) -> Iterator[Mistake]:
    """Yield the mistakes of incidents; a reference is one when none of the plans resolves it.

    ``checks`` are the ids known, None when nobody knows; ``plans`` are None where a room is not in
    order: an incident that none of the others resolves may be about that one.
    """
    known = None if plans is None else tuple(plans)
    for path in paths:
        mistakes = validate_incident(path, checks)
        yield from mistakes
        if not mistakes and known is not None:
            yield from _find_unresolved(path, known)


def list_plans() -> tuple[Plan, ...] | None:
    """Return the plan of each variant and route of each room; None when one is not in order."""
    try:
        places = [load_place(str(room), None) for room in list_names(*ROOMS).values()]
    except SpecError:
        return None  # told of by the name of what is wrong
    return tuple(
        place.plan(bench, route)
        for place in places
        for bench in place.one_bench_per_variant()
        for route in place.cahier.routes
    )


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

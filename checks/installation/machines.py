"""The machines that people work at, of which each check of a workstation is judged."""

from labctl.api import NodeName, Plan


def workstations(plan: Plan) -> tuple[NodeName, ...]:
    """Return the workstations of a bench."""
    return tuple(desk.name for desk in plan.desks)

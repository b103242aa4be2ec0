"""What the group policies of a cahier set."""

from labctl.api import Plan


def policy_value(plan: Plan, name: str) -> int | None:
    """Return the value that a policy of the cahier sets, None when none sets it."""
    return next((gpo.values[name] for gpo in plan.directory.gpos if name in gpo.values), None)

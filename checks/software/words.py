"""What a subject says of programs."""

from checks.software.demand import Programs
from labctl.api import Plan


def fields(asked: Programs, _plan: Plan) -> dict[str, object]:
    """Return the programs by what becomes of them."""
    return {
        "wanted": [one.name for one in asked.programs if one.required],
        "unwanted": [one.name for one in asked.programs if one.remove],
        "browser": next((one.name for one in asked.programs if one.preferred), ""),
    }

"""What a subject says of the network of a machine."""

from checks.addressing.demand import NetworkUse
from labctl.api import Plan

_PROFILES = {"domaine": "domaine", "prive": "privé", "public": "public"}


def fields(asked: NetworkUse, _plan: Plan) -> dict[str, object]:
    """Return the profile, in words."""
    return {"profile": _PROFILES[asked.profile]}

"""What a subject says of the network of a machine."""

from checks.addressing.demand import NetworkUse
from labctl.api import Plan

_PROFILES = {"domaine": "domaine", "prive": "privé", "public": "public"}


def fields(asked: NetworkUse, plan: Plan) -> dict[str, object]:
    """Return the profile, in words; empty where no machine has such a thing."""
    has_profiles = any("windows" in plan.nodes[name].faces for name in asked.on)
    return {"profile": _PROFILES[asked.profile] if has_profiles else ""}

"""What a subject says of the protection of a machine."""

from checks.protection.demand import METHODS, Protection
from labctl.api import Plan

_PROFILES = {"Domain": "domaine", "Private": "privé", "Public": "public"}


def fields(asked: Protection, _plan: Plan) -> dict[str, object]:
    """Return the profiles and the methods, in words."""
    methods = asked.encryption.methods
    return {
        "profiles": [word for name, word in _PROFILES.items() if name in asked.firewall.profiles],
        "methods": [name for name, number in METHODS.items() if number in methods],
    }

"""What a subject says of the doors of a machine."""

from checks.hardening.demand import Hardened
from labctl.api import Plan

_OUTCOMES = {"reussies": "réussies", "echouees": "échouées"}


def fields(asked: Hardened, _plan: Plan) -> dict[str, object]:
    """Return which logons are audited, in words."""
    return {"audited": [word for name, word in _OUTCOMES.items() if name in asked.audited]}

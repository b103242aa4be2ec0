"""What a subject says of the calls: not what callers say, which the jury plays."""

from checks.interventions.demand import Interventions
from labctl.api import Plan

_WAYS = {"telephone": "par téléphone", "a_distance": "à distance", "sur_place": "sur place"}


def fields(_asked: Interventions, _plan: Plan) -> dict[str, object]:
    """Return how one intervenes, in words."""
    return {"ways": _WAYS}

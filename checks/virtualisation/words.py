"""What a subject says of virtualisation: the products that a machine may run."""

from checks.virtualisation.demand import Hypervisor
from labctl.api import Plan

_FACES = {"hyper-v": "windows"}
"""Products of one system only (Microsoft, « Hyper-V overview »)."""


def fields(asked: Hypervisor, plan: Plan) -> dict[str, object]:
    """Return the products that the system of these machines has."""
    faces = {face for name in asked.on for face in plan.nodes[name].faces}
    return {
        "products": [name for name in asked.hypervisors if _FACES.get(name, "") in {"", *faces}]
    }

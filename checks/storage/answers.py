"""What the answer files of a Windows installation say of its volumes: kinds of Windows use it."""

from checks.storage.demand import SYSTEM, Storage
from labctl.api import Plan

DATA_GIB = 32
"""Size of the data volume, where the subject does not say it."""


def answer(plan: Plan) -> dict[str, str]:
    """Return the labels of the system and of the data volume, and the size of the latter."""
    storage = plan.find(Storage)
    volumes = dict(storage.volumes) if storage is not None else {}
    system, data = volumes.pop(SYSTEM, None), next(iter(volumes.values()), None)
    return {
        "system_label": system.label if system is not None else "Windows",
        "data_label": data.label if data is not None else "Data",
        "data_gib": str(data.size_gib if data is not None and data.size_gib else DATA_GIB),
    }

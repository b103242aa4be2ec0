"""Facts of a Windows workstation computed from a plan: solved, and as from the shop."""

from datetime import UTC, datetime, timedelta

from labctl.core.kind import WITH_CIM
from labctl.plan.model import Plan
from labctl.probes.windows.system import OperatingSystem

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def solved_windows(plan: Plan) -> tuple[object, ...]:
    """Return the facts of a workstation where everything asked is done; none of a Linux."""
    if plan.workstation.kind not in WITH_CIM:
        return ()
    system = plan.windows.system
    return (
        OperatingSystem(
            system.sku, system.build_min, system.language, NOW - timedelta(hours=2), NOW, 64
        ),
    )


def untouched_windows(plan: Plan) -> tuple[object, ...]:
    """Return the facts of a workstation as delivered: a Windows as shops sell it."""
    if plan.workstation.kind not in WITH_CIM:
        return ()
    return (OperatingSystem(101, 19045, 1033, NOW - timedelta(days=200), NOW, 32),)

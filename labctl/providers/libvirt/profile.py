"""What the libvirt provider is and can do: nothing of it needs libvirt to be installed."""

from labctl.core.i18n import mark
from labctl.core.kind import Kind
from labctl.plan.model import Plan
from labctl.providers.base import Ability, Budget, Profile
from labctl.providers.libvirt.rooms import LibvirtRooms

_FIRST_START_S = 2700.0
"""What a bench is given besides for the first start of a real Windows."""


def _budget(plan: Plan) -> Budget:
    """Return what a bench may take: an emulated machine boots in minutes beside others."""
    more_s = _FIRST_START_S if plan.workstation.kind is Kind.WINDOWS else 0.0
    return Budget(up_s=900.0 + more_s, reset_s=300.0 + more_s, seal_s=300.0, unseal_s=900.0)


PROFILE = Profile(
    rooms=LibvirtRooms(),
    isolation=mark("machines virtuelles"),
    budget=_budget,
    down_s=120.0,
    images_s=1800.0,
    provider="labctl.providers.libvirt.provider:LibvirtProvider",
    setup="labctl.providers.libvirt.setup:LibvirtSetup",
    sealer="labctl.providers.libvirt.sealing:LibvirtSealer",
    abilities=frozenset(Ability),
)

"""What the libvirt provider is and can do: nothing of it needs libvirt to be installed."""

from collections.abc import Iterable

from labctl.core.i18n import mark
from labctl.providers.libvirt.rooms import LibvirtRooms
from labctl.providers.profile import Ability, Budget, Profile
from labctl.spec.kind import load_kind


def _budget(kinds: Iterable[str]) -> Budget:
    """Return what a bench may take: an emulated machine boots in minutes beside others."""
    more_s = max(load_kind(kind).first_start_s for kind in kinds)
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
    abilities=frozenset(Ability) - {Ability.WAY_IN},
)

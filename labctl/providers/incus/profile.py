"""What the Incus provider is and can do: nothing of it asks a cluster."""

from collections.abc import Iterable

from labctl.core.i18n import mark
from labctl.providers.incus.rooms import IncusRooms
from labctl.providers.profile import Ability, Budget, Profile
from labctl.spec.kind import load_kind


def _budget(kinds: Iterable[str]) -> Budget:
    """Return what a bench may take; its images may have to be sent first, to emulated members."""
    more_s = max(load_kind(kind).first_start_s for kind in kinds)
    return Budget(up_s=3600.0 + more_s, reset_s=1800.0 + more_s, seal_s=1800.0, unseal_s=3600.0)


PROFILE = Profile(
    rooms=IncusRooms(),
    isolation=mark("conteneurs non privilégiés"),
    budget=_budget,
    down_s=900.0,  # emulated members, two benches at once: five minutes
    images_s=1800.0,
    provider="labctl.providers.incus.provider:IncusProvider",
    setup="labctl.providers.incus.setup:IncusSetup",
    sealer="labctl.providers.incus.sealing:IncusSealer",
    doorkeeper="labctl.providers.incus.doorkeeper:IncusDoorkeeper",
    abilities=frozenset(Ability),
)

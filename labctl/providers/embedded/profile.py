"""What the embedded provider is and can do."""

from collections.abc import Iterable

from labctl.core.i18n import mark
from labctl.providers.embedded.rooms import EmbeddedRooms
from labctl.providers.profile import Ability, Budget, Profile


def _budget(_kinds: Iterable[str]) -> Budget:
    return Budget(up_s=60.0, reset_s=60.0, seal_s=300.0, unseal_s=900.0)


PROFILE = Profile(
    rooms=EmbeddedRooms(),
    isolation=mark(
        "espaces de noms du noyau de l'hôte (formation, jamais une barrière de sécurité)"
    ),
    budget=_budget,
    down_s=30.0,
    images_s=1800.0,
    provider="labctl.providers.embedded.provider:EmbeddedProvider",
    setup="labctl.providers.embedded.setup:EmbeddedSetup",
    sealer="labctl.providers.embedded.sealing:EmbeddedSealer",
    doorkeeper="labctl.providers.embedded.doorkeeper:EmbeddedDoorkeeper",
    abilities=frozenset(Ability),
)

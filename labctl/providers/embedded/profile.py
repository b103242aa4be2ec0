"""What the embedded provider is and can do."""

from typing import TYPE_CHECKING

from labctl.core.i18n import mark
from labctl.providers.embedded.rooms import EmbeddedRooms
from labctl.providers.profile import Ability, Budget, Profile

if TYPE_CHECKING:
    from labctl.plan.model import Plan


def _budget(_plan: "Plan") -> Budget:
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

"""What a provider says of itself: every room is read with it, nothing of making machines is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from labctl.core.i18n import mark
from labctl.spec.hosting import RoomRules


class Ability(StrEnum):
    """What not every provider can do; the value is what somebody is told who asks for it."""

    CONSOLE = mark("ouvrir la console d'une machine")
    FAULTS = mark("essayer un sabotage ou une panne")
    POWER_CUT = mark("couper le courant d'une machine")
    SEAL = mark("sceller un banc")
    WAY_IN = mark("ouvrir une entrée au candidat")


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds an act on one bench may take before it is given up, far above what it needs."""

    up_s: float
    reset_s: float
    seal_s: float
    unseal_s: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider says of itself before any of it is imported: reading it needs no hypervisor.

    Parts are ``"module:Class"``. ``provider`` is both Provider and Observer.
    """

    rooms: RoomRules
    isolation: str  # what keeps its machines apart, in a few words for whoever enters one
    budget: Callable[[Iterable[str]], Budget]  # of a bench with machines of these kinds
    down_s: float  # to remove a bench whose plan may be lost
    images_s: float  # to build every image of a room
    provider: str
    setup: str
    sealer: str = ""  # none: it cannot seal
    doorkeeper: str = ""  # none: no way in for a candidate
    abilities: frozenset[Ability] = frozenset()

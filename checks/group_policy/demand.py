"""The group policies that exist, where each must be linked, and what it sets."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.api import Block, Demand, Drive, IdleTime, Machines, Name, computed, key

ROOT = "."
"""How a cahier names the root unit of the company."""


class GpoRules(Block):
    """What a group policy sets."""

    inactivity_s: IdleTime | None = key(
        "InactivityTimeoutSecs", "verrouillage de session, en secondes", default=None
    )
    no_autorun: Annotated[int, Field(ge=0, le=255)] | None = key(
        "NoDriveTypeAutoRun",
        "exécution automatique : un bit par sorte de lecteur, 255 pour toutes",
        default=None,
    )
    smart_screen: Annotated[int, Field(ge=0, le=2)] | None = key(
        "EnableSmartScreen", "SmartScreen : 1 pour l'activer", default=None
    )
    drives: tuple[Drive, ...] = key("lecteurs", "lecteurs réseau", default=())


class Gpo(Block):
    """A group policy that exists, and where it must be linked."""

    name: Name = key("nom", "nom de la stratégie", unique=True)
    state: Literal["existante_non_liee"] = key("etat", "état de départ", observed=False)
    link_to: Name = key("lier_a", "unité d'organisation, « . » pour la racine")
    rules: GpoRules = key("regles", "ce que la stratégie fixe")

    @computed
    def values(self) -> dict[str, int]:
        """Return the registry values that it sets on a machine."""
        values = {
            "InactivityTimeoutSecs": self.rules.inactivity_s,
            "NoDriveTypeAutoRun": self.rules.no_autorun,
            "EnableSmartScreen": self.rules.smart_screen,
        }
        return {name: value for name, value in values.items() if value is not None}

    @computed
    def unit(self) -> str:
        """Return its unit as a DN begins with it, empty for the root: ``OU=Postes,``."""
        return "" if self.link_to == ROOT else f"OU={self.link_to},"


class Policies(Demand):
    """The group policies of the domain, and the machines that must have applied them."""

    on: Machines = key("sur", "machines qui doivent les avoir appliquées")
    gpos: tuple[Gpo, ...] = key("gpo", "stratégies de groupe")

    def value(self, name: str) -> int | None:
        """Return the value that a policy sets, None when none sets it."""
        return next((gpo.values[name] for gpo in self.gpos if name in gpo.values), None)

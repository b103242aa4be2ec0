"""What the main user of a machine asked for: wallpaper, drives, printer, comfort."""

from typing import Annotated

from pydantic import Field

from labctl.api import (
    Block,
    Demand,
    Drive,
    Machines,
    Name,
    Text,
    Url,
    as_written,
    key,
    one_of,
)

POWER_PLANS = {
    "equilibre": "381b4222-f694-41f0-9685-ff5bb260df2e",
    "performances": "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c",
    "economie": "a1841308-3541-4fab-bc81-f71556f20b4a",
}
"""GUID of the plans of Windows (Microsoft, "Power policy settings")."""
COLOUR_FILTERS = {"deuteranopie": 3, "protanopie": 4, "tritanopie": 5}
"""FilterType of a Windows."""


class Comfort(Block):
    """What its user needs to see and type; 0 and empty: not asked."""

    need: Annotated[str, as_written(Text)] = key(
        "besoin", "besoin, en une phrase", default="", observed=False
    )
    text_pct: Annotated[int, as_written(Annotated[int, Field(ge=100, le=225)])] = key(
        "texte_pct", "taille du texte, en % (100 à 225)", default=0
    )
    high_contrast: bool = key("contraste", "contraste élevé", default=False)
    filter_keys: bool = key("touches_filtres", "touches filtres", default=False)
    mouse_speed: Annotated[int, as_written(Annotated[int, Field(ge=1, le=20)])] = key(
        "souris_vitesse", "vitesse de la souris (1 à 20)", default=0
    )
    colour_filter: Annotated[int, one_of(COLOUR_FILTERS)] = key(
        "filtre_couleur", "filtre de couleurs", default=0
    )


class Personalisation(Demand):
    """What the main user of a machine asked for; the user is a key of the company's people."""

    on: Machines = key("sur", "machines concernées")
    user: Name = key("utilisateur_principal", "clé de personnes")
    wallpaper: Text = key("fond", "fond d'écran")
    home_page: Url = key("page_accueil", "page d'accueil")
    power_plan: Annotated[str, one_of(POWER_PLANS)] = key(
        "plan_alimentation", "mode d'alimentation"
    )
    drives: dict[Drive, Name] = key("lecteurs", "lecteur → partage")
    printer: Name = key("imprimante_defaut", "imprimante par défaut")
    comfort: Comfort = key("ihm", "adaptation à l'utilisateur")

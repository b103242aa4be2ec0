"""The candidate's workstation: ``poste``."""

import re
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from labctl.core.i18n import mark
from labctl.spec.fields import (
    FILE_PART,
    Block,
    Clock,
    Drive,
    FileName,
    Name,
    Positive,
    Text,
    Url,
    key,
    matches,
)

Names = tuple[Name, ...]
SomeNames = Annotated[Names, Field(min_length=1)]
WINDOWS_SECTIONS = ("personnalisation",)
"""Sections that a bench needs when its workstation is a Windows."""


Folder = Annotated[
    str,
    matches(
        re.compile(rf"[C-Z]:(\\{FILE_PART})+"), mark("dossier attendu, comme D:\\Donnees"), "folder"
    ),
    Field(max_length=200),
    WithJsonSchema({"type": "string", "pattern": r"^[C-Z]:\\"}),
]


class Membership(Block):
    """Its place in the domain."""

    joined: Literal[True] = key("joint", "joint au domaine")
    ou: Name = key("ou", "unité d'organisation de l'ordinateur")


class Backup(Block):
    """Its backup."""

    source: Folder = key("source", "dossier sauvegardé")
    target: Annotated[str, Field(pattern=r"^\\\\[^\\]+\\[^\\]+")] = key(
        "cible", r"partage : \\NAS\PARTAGE$"
    )
    account: Name = key("compte", "compte de service utilisé")
    daily_at: Clock = key("quotidienne", "heure")
    versions: Positive = key("retention_versions", "versions gardées")
    restore_test: bool = key("test_restauration", "restauration essayée")
    witness: FileName = key("temoin", "fichier témoin")
    restored_to: Folder = key(
        "restauration", "dossier de la restauration d'essai", default="D:\\Restauration"
    )


class Comfort(Block):
    """What its user needs: read, see and point with ease."""

    need: Text | None = key("besoin", "besoin, en une phrase", default=None)
    text_pct: Annotated[int, Field(ge=100, le=225)] | None = key(
        "texte_pct", "taille du texte, en % (100 à 225)", default=None
    )
    high_contrast: bool = key("contraste", "contraste élevé", default=False)
    filter_keys: bool = key("touches_filtres", "touches filtres", default=False)
    mouse_speed: Annotated[int, Field(ge=1, le=20)] | None = key(
        "souris_vitesse", "vitesse de la souris (1 à 20)", default=None
    )
    colour_filter: Literal["deuteranopie", "protanopie", "tritanopie"] | None = key(
        "filtre_couleur", "filtre de couleurs", default=None
    )


class Personalisation(Block):
    """What its user asked for."""

    wallpaper: Text = key("fond", "fond d'écran")
    home_page: Url = key("page_accueil", "page d'accueil")
    power_plan: Literal["equilibre", "performances", "economie"] = key(
        "plan_alimentation", "mode d'alimentation"
    )
    drives: dict[Drive, Name] = key("lecteurs", "lecteur → partage")
    default_printer: Name = key("imprimante_defaut", "imprimante par défaut")
    needs: Comfort = key("ihm", "adaptation à l'utilisateur")


class Workstation(Block):
    """What the workstation must be."""

    main_user: Name = key("utilisateur_principal", "clé de personnes")
    domain: Membership = key("domaine", "domaine")
    backup: Backup = key("sauvegarde", "sauvegarde")
    personalisation: Personalisation | None = key(
        "personnalisation", "personnalisation", default=None
    )

"""The hardware of a machine as it is handed over, and the part to add."""

from typing import Annotated, Literal

from labctl.api import Block, Demand, Machines, Name, Natural, Positive, SomeNames, key, one_of

MEMORY_TYPES = {"DDR3": 24, "DDR4": 26, "DDR5": 34}
"""SMBIOS memory types (DSP0134, 7.18.2)."""


class Module(Block):
    """A memory module."""

    slot: Name = key("emplacement", "emplacement, tel que la machine le nomme")
    part: Name = key("reference", "référence du fabricant")
    size_gib: Positive = key("taille_gio", "taille, en Gio")


class Addition(Block):
    """The part to add."""

    part: Literal["RAM"] = key("type", "composant", observed=False)
    module: Module = key("barrette", "la bonne barrette, au bon emplacement")
    smbios_type: Annotated[int, one_of(MEMORY_TYPES)] = key("norme", "norme")
    speed_mhz: Positive = key("frequence_mhz", "fréquence en service, en MHz")
    among: Positive = key("choix_parmi", "nombre de composants proposés", observed=False)
    compatible: Positive = key("compatible", "nombre de composants compatibles", observed=False)


class Delivered(Block):
    """The hardware as it is handed to the candidate."""

    processor: Name = key("processeur", "processeur, tel qu'il se nomme")
    board: Name = key("carte_mere", "carte mère, telle qu'elle se nomme")
    disks: SomeNames = key("disques", "modèles des disques")
    capacity_gib: Positive | None = key(
        "capacite_gio", "capacité du premier disque, en Gio", default=None, observed=False
    )
    modules: tuple[Module, ...] = key("barrettes", "barrettes de mémoire", min_length=1)


class Hardware(Demand):
    """The hardware once the part was added, and as it was delivered."""

    on: Machines = key("sur", "machines concernées")
    delivered: Delivered = key("livre", "le matériel remis au candidat")
    ram_gib: Positive = key("ram_gio", "mémoire, en Gio")
    addition: Addition = key("ajout", "composant à ajouter")
    faulty_drivers: Natural = key("pilotes_en_erreur", "pilotes en erreur")

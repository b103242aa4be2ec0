"""What the candidate's workstation is made of, and the Windows on it."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.spec.fields import Block, Name, Natural, Positive, key

Names = tuple[Name, ...]
SomeNames = Annotated[Names, Field(min_length=1)]


class System(Block):
    """The workstation, where the bench gives a Windows."""

    family: Literal["windows"] = key("famille", "famille du système")
    sku: Positive = key("sku", "numéro d'édition Windows")
    edition: Name = key("edition", "édition")
    build_min: Annotated[int, Field(ge=10_240, le=65_535)] = key(
        "build_min", "plus ancienne version admise : 10240 est le premier Windows 10"
    )
    language: Literal["fr-FR", "en-US"] = key("langue", "langue")
    keyboard: Annotated[str, Field(pattern=r"^[0-9a-f]{4}:[0-9a-f]{8}$")] = key(
        "clavier", "disposition du clavier : 040c:0000040c"
    )
    timezone: Name = key("fuseau", "fuseau Windows")
    firmware: Literal["uefi", "bios"] = key("firmware", "démarrage")
    secure_boot: bool = key("secure_boot", "démarrage sécurisé")


class Installation(Block):
    """How and when the system is installed."""

    methods: tuple[Literal["iso", "master"], ...] = key("methode", "méthodes admises", min_length=1)
    window: Name = key("fenetre", "quand")
    age_max_h: Positive = key("age_max_h", "âge de l'installation au relevé, en heures, au plus")
    master: Name = key("version_master", "version du master que le centre fournit")


class Volume(Block):
    """One volume of the disk."""

    fs: Name = key("fs", "système de fichiers : NTFS, ReFS, exFAT, FAT32, FAT")
    label: Name = key("label", "nom du volume")
    size_gib: Positive | None = key("taille_gio", "taille, en Gio", default=None)
    tolerance_pct: Annotated[int, Field(ge=0, le=99)] | None = key(
        "tolerance_pct", "écart admis, en % (à 100, aucun volume conviendrait)", default=None
    )


class Disk(Block):
    """The disk and its volumes."""

    table: Literal["gpt", "mbr"] = key("table", "table de partitions")
    c: Volume = key("C", "volume C:")
    d: Volume = key("D", "volume D:")


class MemoryModule(Block):
    """A memory module."""

    slot: Name = key("emplacement", "emplacement, tel que la machine le nomme")
    part: Name = key("reference", "référence du fabricant")
    size_gib: Positive = key("taille_gio", "taille, en Gio")


class Addition(Block):
    """The part to add."""

    kind: Literal["RAM"] = key("type", "composant")
    module: MemoryModule = key("barrette", "la bonne barrette, au bon emplacement")
    norm: Literal["DDR3", "DDR4", "DDR5"] = key("norme", "norme")
    speed_mhz: Positive = key("frequence_mhz", "fréquence en service, en MHz")
    among: Positive = key("choix_parmi", "nombre de composants proposés")
    compatible: Positive = key("compatible", "nombre de composants compatibles")


class Delivered(Block):
    """The hardware as it is handed to the candidate."""

    processor: Name = key("processeur", "processeur, tel qu'il se nomme")
    board: Name = key("carte_mere", "carte mère, telle qu'elle se nomme")
    disks: SomeNames = key("disques", "modèles des disques")
    capacity_gib: Positive | None = key(
        "capacite_gio", "capacité du premier disque, en Gio", default=None
    )
    modules: tuple[MemoryModule, ...] = key("barrettes", "barrettes de mémoire", min_length=1)


class Hardware(Block):
    """The hardware of the workstation."""

    delivered: Delivered = key("livre", "le matériel remis au candidat")
    ram_gib: Positive = key("ram_gio", "mémoire, en Gio")
    addition: Addition = key("ajout", "composant à ajouter")
    faulty_drivers: Natural = key("pilotes_en_erreur", "pilotes en erreur")

"""The Windows of the candidate's workstation, and the disk it is on."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.spec.fields import Block, Name, Positive, key

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

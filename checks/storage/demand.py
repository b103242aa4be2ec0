"""The disk of a machine, and the volumes that it is cut into."""

from typing import Annotated

from pydantic import Field

from labctl.api import Block, Demand, Machines, Name, Positive, key, one_of

SYSTEM = "C"
LEAST_WINDOWS_GIB = 32
"""What Windows takes, where the subject does not say (Microsoft, "Windows 10 specifications")."""
Letter = Annotated[str, Field(pattern="^[C-Z]$")]


class Volume(Block):
    """A volume; without a size, any will do."""

    fs: Name = key("fs", "système de fichiers : NTFS, ReFS, exFAT, FAT32, FAT")
    label: Name = key("label", "nom du volume")
    size_gib: Positive | None = key("taille_gio", "taille, en Gio", default=None)
    tolerance_pct: Annotated[int, Field(ge=0, le=99)] = key(
        "tolerance_pct", "écart admis, en % (à 100, aucun volume conviendrait)", default=0
    )


class Storage(Demand):
    """How the disk of machines is cut."""

    on: Machines = key("sur", "machines concernées")
    is_gpt: Annotated[bool, one_of({"gpt": True, "mbr": False})] = key(
        "table", "table de partitions"
    )
    volumes: dict[Letter, Volume] = key("volumes", "lettre → volume", min_length=1)

    @property
    def total_gib(self) -> int:
        """Return what the volumes take; a system without a size takes the least that it can."""
        system = self.volumes.get(SYSTEM)
        least = 0 if system is not None and system.size_gib else LEAST_WINDOWS_GIB
        return least + sum(volume.size_gib or 0 for volume in self.volumes.values())

    @property
    def last_sized(self) -> Volume:
        """Return the last volume that has a size; where none has, the last one."""
        volumes = tuple(self.volumes.values())
        return next((volume for volume in reversed(volumes) if volume.size_gib), volumes[-1])

    @property
    def drives(self) -> tuple[str, ...]:
        """Return the volumes as Windows writes them: ``C:``."""
        return tuple(f"{letter}:" for letter in self.volumes)

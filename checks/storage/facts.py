"""Disks and volumes of a Windows workstation."""

from dataclasses import dataclass

from labctl.api import (
    STORAGE,
    NodeName,
    NotUnderstood,
    Plan,
    Reading,
    _,
    ask,
    ask_cim,
    fact,
    flag_of,
    number_of,
    number_or,
    read_instances,
    text_of,
)


@dataclass(frozen=True, slots=True)
class BootDisk:
    """The disk that Windows starts from."""

    is_gpt: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of a fixed disk."""

    letter: str  # C:
    fs: str  # NTFS; empty: not formatted, or locked
    label: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Volumes:
    """Every volume of the fixed disks that has a letter."""

    volumes: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive, and what it says of its health: 0 is healthy."""

    name: str
    health: int


@dataclass(frozen=True, slots=True)
class DriveHealth:
    """Every drive."""

    drives: tuple[Drive, ...]


GPT = 2
FIXED = 3


@fact(BootDisk, kind="windows")
def read_boot_disk(_plan: Plan, at: NodeName) -> Reading[BootDisk]:
    """Read how the only disk that Windows starts from is cut (Microsoft, "MSFT_Disk class")."""
    names = ("Number", "IsBoot", "PartitionStyle")
    (answer,) = yield from ask(ask_cim(at, "MSFT_Disk", *names, namespace=STORAGE))
    disks = [disk for disk in read_instances(answer) if flag_of(disk, "IsBoot")]
    if len(disks) != 1:
        raise NotUnderstood(
            _("%(what)s : %(count)d disques de démarrage")
            % {"what": answer.question.text, "count": len(disks)}
        )
    return BootDisk(is_gpt=number_of(disks[0], "PartitionStyle") == GPT)


@fact(Volumes, kind="windows")
def read_volumes(_plan: Plan, at: NodeName) -> Reading[Volumes]:
    """Read the volumes; one that is locked or not formatted has no size and no file system.

    Microsoft, "Win32_LogicalDisk class".
    """
    names = ("DeviceID", "FileSystem", "VolumeName", "Size")
    (answer,) = yield from ask(
        ask_cim(at, "Win32_LogicalDisk", *names, where=f"DriveType = {FIXED}")
    )
    return Volumes(
        tuple(
            Volume(
                text_of(one, "DeviceID").upper(),
                text_of(one, "FileSystem").upper(),
                text_of(one, "VolumeName"),
                number_or(one, "Size", 0),
            )
            for one in read_instances(answer)
        )
    )


@fact(DriveHealth, kind="windows")
def read_health(_plan: Plan, at: NodeName) -> Reading[DriveHealth]:
    """Read the drives; a machine without one has answered another question.

    Microsoft, "MSFT_PhysicalDisk class": HealthStatus 0 is healthy.
    """
    names = ("FriendlyName", "HealthStatus")
    (answer,) = yield from ask(ask_cim(at, "MSFT_PhysicalDisk", *names, namespace=STORAGE))
    drives = tuple(
        Drive(text_of(one, "FriendlyName"), number_of(one, "HealthStatus"))
        for one in read_instances(answer)
    )
    if not drives:
        raise NotUnderstood(_("%(what)s : aucun disque") % {"what": answer.question.text})
    return DriveHealth(drives)

"""Disks and volumes of a Windows workstation."""

from dataclasses import dataclass

from labctl.api import (
    STORAGE,
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    _,
    ask_cim,
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


def _ask_disk(plan: Plan) -> tuple[Question, ...]:
    names = ("Number", "IsBoot", "PartitionStyle")
    return (ask_cim(plan.workstation.node, "MSFT_Disk", *names, namespace=STORAGE),)


def _disk(_plan: Plan, answers: tuple[Answer, ...]) -> BootDisk:
    disks = [disk for disk in read_instances(answers[0]) if flag_of(disk, "IsBoot")]
    if len(disks) != 1:
        raise NotUnderstood(
            _("%(what)s : %(count)d disques de démarrage")
            % {"what": answers[0].question.text, "count": len(disks)}
        )
    return BootDisk(is_gpt=number_of(disks[0], "PartitionStyle") == GPT)


def _ask_volumes(plan: Plan) -> tuple[Question, ...]:
    names = ("DeviceID", "FileSystem", "VolumeName", "Size")
    return (
        ask_cim(plan.workstation.node, "Win32_LogicalDisk", *names, where=f"DriveType = {FIXED}"),
    )


def _volumes(_plan: Plan, answers: tuple[Answer, ...]) -> Volumes:
    """Read them; a locked or unformatted volume has no size and no file system."""
    return Volumes(
        tuple(
            Volume(
                text_of(one, "DeviceID").upper(),
                text_of(one, "FileSystem").upper(),
                text_of(one, "VolumeName"),
                number_or(one, "Size", 0),
            )
            for one in read_instances(answers[0])
        )
    )


def _ask_health(plan: Plan) -> tuple[Question, ...]:
    names = ("FriendlyName", "HealthStatus")
    return (ask_cim(plan.workstation.node, "MSFT_PhysicalDisk", *names, namespace=STORAGE),)


def _health(_plan: Plan, answers: tuple[Answer, ...]) -> DriveHealth:
    """Read them; a machine without a drive has answered another question."""
    drives = tuple(
        Drive(text_of(one, "FriendlyName"), number_of(one, "HealthStatus"))
        for one in read_instances(answers[0])
    )
    if not drives:
        raise NotUnderstood(_("%(what)s : aucun disque") % {"what": answers[0].question.text})
    return DriveHealth(drives)


BOOT_DISK = Probe(BootDisk, _ask_disk, _disk)
VOLUMES = Probe(Volumes, _ask_volumes, _volumes)
HEALTH = Probe(DriveHealth, _ask_health, _health)

"""Probes of disks and volumes."""

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.base import NotUnderstood, Probe
from labctl.probes.windows.asking import STORAGE, ask_cim
from labctl.probes.windows.reading import (
    flag_of,
    number_of,
    number_or,
    read_instances,
    text_of,
)
from labctl.probes.windows.storage import BootDisk, Drive, DriveHealth, Volume, Volumes

GPT = 2
FIXED = 3


def _ask_disk(plan: Plan) -> tuple[Question, ...]:
    names = ("Number", "IsBoot", "PartitionStyle")
    return (ask_cim(plan, "MSFT_Disk", *names, namespace=STORAGE),)


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
    return (ask_cim(plan, "Win32_LogicalDisk", *names, where=f"DriveType = {FIXED}"),)


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
    return (ask_cim(plan, "MSFT_PhysicalDisk", *names, namespace=STORAGE),)


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

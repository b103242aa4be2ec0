"""Win32_LogicalDisk: what is left on the machine, and what is mounted besides its root."""

from collections.abc import Iterator

from labwindows.machine import Machine
from labwindows.real.over import lay_over
from labwindows.scenario import Told
from labwindows.values import Instance, Value

SYSTEM = "C:"
_LOCAL, _REMOTE = 3, 4
_DISKS = ("btrfs", "exfat", "ext2", "ext3", "ext4", "ntfs3", "vfat", "xfs")
_SHARES = ("cifs", "nfs", "nfs4")


def disks(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_LogicalDisk: a disk that is told of has left what the machine has, at most."""
    _size, free = machine.space("/")
    kept = [
        Told({**one.properties, **_left(one.properties, free)}, one.methods) for one in told
    ]  # fmt: skip
    return lay_over(_mounts(machine), kept, "DeviceID")


def _left(properties: Instance, free: int) -> dict[str, Value]:
    size = properties.get("Size")
    if properties.get("DeviceID") != SYSTEM or not isinstance(size, int):
        return {}
    return {"FreeSpace": min(size, free)}


def _mounts(machine: Machine) -> Iterator[Instance]:
    """Yield the disks and shares that somebody mounted; they have no letter here."""
    for line in machine.read("/proc/mounts").splitlines():
        source, point, kind = (line.split() + [""] * 3)[:3]
        is_disk = kind in _DISKS and point != "/" and not point.startswith("/boot")
        if is_disk or kind in _SHARES:
            size, free = machine.space(point)
            yield {
                "DeviceID": point,
                "DriveType": _LOCAL if is_disk else _REMOTE,
                "FileSystem": kind.upper(),
                "FreeSpace": free,
                "ProviderName": None if is_disk else source.replace("/", "\\"),
                "Size": size,
                "VolumeName": "",
            }

"""The file tree of a node: overlay root, and minimal /proc, /sys, /dev, /run, /tmp.

Runs in the child that becomes the node; standard library only.
"""

import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from labctl.providers.namespaces import kernel

_DEVICES = {
    "null": (1, 3),
    "zero": (1, 5),
    "full": (1, 7),
    "random": (1, 8),
    "urandom": (1, 9),
    "tty": (5, 0),
    "net/tun": (10, 200),
}
_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}
_READ_ONLY = ("sysrq-trigger", "bus", "fs", "irq", "mtrr")
_MASKED = ("kcore", "keys", "key-users", "timer_list", "kpagecount", "kpageflags", "kpagecgroup")
_RUN_FOLDERS = {"lock": 0o1777, "labctl": 0o755, "sshd": 0o755}


def mount_overlay(
    lower: Sequence[str], upper: str, work: str, root: str, *, volatile: bool
) -> None:
    """Mount the layers (topmost first) with the writable upper on ``root``.

    ``volatile`` turns fsync into nothing: for a tree that is thrown away when the machine stops.
    """
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    layers = ":".join(_escape(layer) for layer in lower)
    options = (
        f"lowerdir={layers},upperdir={_escape(upper)},workdir={_escape(work)},xino=off,index=off"
    )
    if volatile:
        # the kernel refuses to mount again what was not synchronised: it still was if we are here
        shutil.rmtree(f"{work}/work/incompat", ignore_errors=True)
        options += ",volatile"
    kernel.mount("overlay", root, "overlay", 0, options)


def mount_devices(root: str) -> None:
    """Mount a /dev that holds what daemons need and nothing of the machine."""
    dev = f"{root}/dev"
    kernel.mount("tmpfs", dev, "tmpfs", kernel.MS_NOSUID, "mode=755,size=64k")
    for folder in ("pts", "shm", "net"):
        Path(dev, folder).mkdir()
    for name, numbers in _DEVICES.items():
        os.mknod(f"{dev}/{name}", stat.S_IFCHR | 0o666, os.makedev(*numbers))
        Path(dev, name).chmod(0o666)
    for name, target in _LINKS.items():
        Path(dev, name).symlink_to(target)
    flags = kernel.MS_NOSUID | kernel.MS_NOEXEC
    options = "newinstance,ptmxmode=0666,mode=0620,gid=5"
    kernel.mount("devpts", f"{dev}/pts", "devpts", flags, options)
    kernel.mount("tmpfs", f"{dev}/shm", "tmpfs", flags | kernel.MS_NODEV, "mode=1777,size=64m")


def mount_proc(root: str) -> None:
    """Mount /proc of this pid namespace."""
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("proc", f"{root}/proc", "proc", flags)


def mount_node(root: str) -> None:
    """Mount everything a node sees beside its overlay."""
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    mount_devices(root)
    mount_proc(root)
    _protect_settings(root)
    kernel.mount("sysfs", f"{root}/sys", "sysfs", flags | kernel.MS_NOEXEC | kernel.MS_RDONLY)
    kernel.mount("tmpfs", f"{root}/run", "tmpfs", flags, "mode=755,size=64m")
    kernel.mount("tmpfs", f"{root}/tmp", "tmpfs", flags, "mode=1777,size=256m")  # noqa: S108
    for name, mode in _RUN_FOLDERS.items():
        folder = Path(root, "run", name)
        folder.mkdir()
        folder.chmod(mode)


def _protect_settings(root: str) -> None:
    """Keep the settings of the shared kernel read-only, those of this network writable.

    What else of /proc root could write, or read of other machines, is closed too, as container
    runtimes do (OCI runtime specification, « Readonly Paths » and « Masked Paths »).
    """
    settings = f"{root}/proc/sys"
    network = os.open(f"{settings}/net", os.O_PATH | os.O_CLOEXEC)
    kernel.bind(settings, settings, read_only=True)
    kernel.bind(f"/proc/self/fd/{network}", f"{settings}/net")
    os.close(network)
    for name in _READ_ONLY:
        place = f"{root}/proc/{name}"
        if Path(place).exists():
            kernel.bind(place, place, read_only=True)
    for name in _MASKED:
        if Path(f"{root}/proc/{name}").exists():
            kernel.bind(f"{root}/dev/null", f"{root}/proc/{name}")


def _escape(path: str) -> str:
    """Return a path as overlay options spell it."""
    return path.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,")

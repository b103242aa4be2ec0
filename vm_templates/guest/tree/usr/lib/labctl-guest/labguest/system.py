"""The system of a machine as vm_templates/README.md describes it: mounts, modules, limits."""

import ctypes
import os
import resource
import subprocess

MODULES = (
    *("virtio_net", "virtio_rng", "button", "evdev"),
    *("8021q", "bridge", "veth", "tun", "dummy", "macvlan"),
    *("nf_tables", "nft_chain_nat", "nft_ct", "nft_masq", "nft_nat", "nft_log", "nft_limit"),
    *("nft_reject_inet", "nft_redir", "nft_fib_inet", "nft_compat", "nf_conntrack_netlink"),
)
"""Loaded before a machine is told to start; the kernel asks for others by itself."""

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_SAFE = _MS_NOSUID | _MS_NODEV
_MOUNTS = (
    ("proc", "/proc", _SAFE | _MS_NOEXEC, ""),
    ("sysfs", "/sys", _SAFE | _MS_NOEXEC, ""),
    ("devpts", "/dev/pts", _MS_NOSUID | _MS_NOEXEC, "ptmxmode=0666,mode=0620,gid=5"),
    ("tmpfs", "/dev/shm", _SAFE | _MS_NOEXEC, "mode=1777,size=64m"),  # noqa: S108
    ("tmpfs", "/run", _SAFE, "mode=755,size=64m"),
    ("tmpfs", "/tmp", _SAFE, "mode=1777,size=256m"),  # noqa: S108
)
_LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
    "/dev/ptmx": "pts/ptmx",
}
_RUN_FOLDERS = {"/run/lock": 0o1777, "/run/labctl": 0o755, "/run/sshd": 0o755}
_OPEN_FILES = 16_384
_POWER_OFF = 0x4321FEDC
_libc = ctypes.CDLL(None, use_errno=True)


def prepare() -> None:
    """Make the system what start programs expect; network cards do not exist yet before."""
    os.umask(0o022)
    for kind, target, flags, options in _MOUNTS:
        os.makedirs(target, exist_ok=True)
        _mount(kind, target, kind, flags, options)
    for link, target in _LINKS.items():
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(target, link)
    for folder, mode in _RUN_FOLDERS.items():
        os.mkdir(folder)
        os.chmod(folder, mode)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1")
    subprocess.run(("/usr/sbin/modprobe", "-a", "-q", *MODULES), check=False)


def write(path: str, text: str) -> None:
    """Write a setting of the kernel."""
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def seal_root() -> None:
    """Write everything down and make the root read-only: the power may go."""
    os.sync()
    _libc.mount(None, b"/", None, _MS_REMOUNT | _MS_RDONLY, None)  # refused: it was synchronised


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> None:
    arguments = (source.encode(), target.encode(), kind.encode(), flags, options.encode() or None)
    if _libc.mount(*arguments) == -1:
        errno = ctypes.get_errno()
        raise OSError(errno, os.strerror(errno), target)


def power_off() -> None:
    """Switch the machine off."""
    _libc.reboot(_POWER_OFF)

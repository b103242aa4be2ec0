"""The system of a machine as vm_templates/README.md describes it: mounts, modules, limits."""

import fcntl
import os
import resource

from labguest.processes import run

MODULES = (
    *("virtio_net", "virtio_rng", "button", "evdev"),
    *("8021q", "bridge", "veth", "tun", "dummy", "macvlan"),
    *("nf_tables", "nft_chain_nat", "nft_ct", "nft_masq", "nft_nat", "nft_log", "nft_limit"),
    *("nft_reject_inet", "nft_redir", "nft_fib_inet", "nft_compat", "nf_conntrack_netlink"),
)
"""Loaded before a machine is told to start; the kernel asks for others by itself."""

_MOUNTS = (
    ("proc", "/proc", "nosuid,nodev,noexec"),
    ("sysfs", "/sys", "nosuid,nodev,noexec"),
    ("devpts", "/dev/pts", "nosuid,noexec,ptmxmode=0666,mode=0620,gid=5"),
    ("tmpfs", "/dev/shm", "nosuid,nodev,noexec,mode=1777,size=64m"),  # noqa: S108
    ("tmpfs", "/run", "nosuid,nodev,mode=755,size=64m"),
    ("tmpfs", "/tmp", "nosuid,nodev,mode=1777,size=256m"),  # noqa: S108
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
_SECRETS = ("/etc/labctl/ssh_host_ed25519_key", "/etc/labctl/secrets.json")
_RNDRESEEDCRNG = 0x5207
_BUSYBOX = "/usr/bin/busybox"


def prepare() -> None:
    """Make the system what start programs expect; network cards do not exist yet before."""
    os.umask(0o022)
    for kind, target, options in _MOUNTS:
        os.makedirs(target, exist_ok=True)
        run(_BUSYBOX, "mount", "-t", kind, "-o", options, kind, target)
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
    run("/usr/sbin/modprobe", "-a", "-q", *MODULES)


def write(path: str, text: str) -> None:
    """Write a setting of the kernel."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def stir() -> None:
    """Part from the random numbers of every other life of the state this machine was saved in."""
    with open("/dev/urandom", "wb", buffering=0) as pool:
        for path in _SECRETS:
            if os.path.exists(path):
                with open(path, "rb") as file:
                    pool.write(file.read())
        fcntl.ioctl(pool, _RNDRESEEDCRNG)


def power_off() -> None:
    """Write everything down, make the root read-only, switch the machine off."""
    os.sync()
    run(_BUSYBOX, "mount", "-o", "remount,ro", "/")  # refused: it was synchronised
    run(_BUSYBOX, "poweroff", "-f")

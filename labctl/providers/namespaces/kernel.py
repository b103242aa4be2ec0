"""The few system calls that Python 3.11 does not wrap.

Imported by the small child programs too (spawn, chroot, enter): standard library only.
"""

import ctypes
import errno
import os
import select
import signal
import struct
from collections.abc import Container, Iterable
from pathlib import Path

CLONE_NEWNS = 0x0002_0000
CLONE_NEWCGROUP = 0x0200_0000
CLONE_NEWUTS = 0x0400_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x4_0000

MNT_DETACH = 0x2

PR_SET_PDEATHSIG = 1
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION = 0x2008_0522

DROPPED_CAPABILITIES = {
    "linux_immutable": 9,  # a file nobody may remove would outlive its bench
    "sys_module": 16,
    "sys_rawio": 17,
    "sys_admin": 21,
    "sys_boot": 22,
    "sys_time": 25,
    "mknod": 27,
    "audit_control": 30,
    "mac_override": 32,
    "mac_admin": 33,
    "syslog": 34,
    "wake_alarm": 35,
    "block_suspend": 36,
    "audit_read": 37,
    "perfmon": 38,
    "bpf": 39,
}
"""What root in a node may not do, unless its kind says that it must (``keeps``)."""
_CAPABILITIES = 64

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = (
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_ulong,
    ctypes.c_char_p,
)
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41}


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """Mount a filesystem; OSError names the target."""
    raw = options.encode() or None
    code = _libc.mount(source.encode(), target.encode(), kind.encode() or None, flags, raw)
    _check(code, target)


def bind(source: str, target: str, *, read_only: bool = False) -> None:
    """Show a file or folder at a second place, read-only when asked."""
    mount(source, target, "", MS_BIND)
    if read_only:
        mount("", target, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID)


def pivot_into(folder: str) -> None:
    """Make the folder, which must be a mount point, the root of this mount namespace."""
    os.chdir(folder)
    _check(_libc.syscall(_SYS_PIVOT_ROOT[os.uname().machine], b".", b"."), folder)
    _check(_libc.umount2(b".", MNT_DETACH), folder)
    os.chdir("/")


def unshare(flags: int) -> None:
    """Give this process new namespaces of these kinds."""
    _check(_libc.unshare(flags), "unshare")


def setns(fd: int, flags: int) -> None:
    """Enter namespaces: those of a pidfd, or the one of a namespace file."""
    _check(_libc.setns(fd, flags), "setns")


def unshare_cgroup() -> None:
    """Give this process its own view of the cgroup tree where the kernel has such a thing."""
    _libc.unshare(CLONE_NEWCGROUP)  # a refusal changes nothing that matters


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends; end now when it already has."""
    _ask_for_death()
    if os.getppid() != parent:
        os._exit(1)


def fork_bound() -> int:
    """Fork a child that is killed when this process ends, at whatever instant, in any namespace."""
    parent = os.pidfd_open(os.getpid())
    pid = os.fork()
    if pid == 0:
        _ask_for_death()
        if select.select([parent], [], [], 0)[0]:  # it ended before we asked
            os._exit(1)
    os.close(parent)
    return pid


def _ask_for_death() -> None:
    _check(_libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")


def drop_capabilities(kept: Container[str] = ()) -> None:
    """Remove the dangerous capabilities, but for those kept, from what this process can ever get.

    Its children neither.
    """
    drop_numbers(number for name, number in DROPPED_CAPABILITIES.items() if name not in kept)


def drop_numbers(numbers: Iterable[int]) -> None:
    """Remove capabilities from the bounding set: what this process and its children can ever get.

    One that is unknown to an older kernel needs no dropping.
    """
    for number in numbers:
        _libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)


def give_up_capabilities() -> None:
    """Give up, in this very process, the capabilities that the bounding set has lost.

    Else it would keep them until it executes a program, for whoever traces it by then.
    """
    kept = sum(
        1 << n for n in range(_CAPABILITIES) if _libc.prctl(PR_CAPBSET_READ, n, 0, 0, 0) == 1
    )
    words = (kept & 0xFFFF_FFFF, kept >> 32)
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    data = struct.pack("=6I", words[0], words[0], 0, words[1], words[1], 0)
    _check(_libc.capset(header, data), "capset")


def forbid_new_privileges() -> None:
    """See that no program gives this process, or its children, more than they have."""
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def list_lost(pid: int) -> tuple[int, ...]:
    """Return the capabilities that a process can never get (proc(5), ``CapBnd``)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("CapBnd:"):
            bounds = int(line.split()[1], 16)
            return tuple(each for each in range(_CAPABILITIES) if not bounds >> each & 1)
    raise OSError(errno.ESRCH, os.strerror(errno.ESRCH), f"/proc/{pid}/status")


def _check(code: int, what: str) -> None:
    if code == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)

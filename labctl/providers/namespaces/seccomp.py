"""The system calls that no process of a machine may make, whoever it is there.

A machine's root is this kernel's: with ``mount`` it would show itself a ``/proc`` whose settings
are those of the whole computer, or a ``/dev`` with its disks; with a namespace of its own it would
be allowed what was taken from it. The list follows those that container runtimes refuse (Docker's
default profile, systemd-nspawn(1) « SystemCallFilter »). libseccomp writes the program; it is a
part of every Debian, since apt needs it.

Imported by the small child programs: standard library only.
"""

import ctypes
import errno
from collections.abc import Iterable

_ALLOW = 0x7FFF_0000
_REFUSE = 0x0005_0000
"""With the error number in its low bits (seccomp(2), SECCOMP_RET_ERRNO)."""
_NO_NEW_PRIVILEGES, _OPTIMIZE = 3, 8
_BINARY_TREE = 2
_EQUAL, _MASKED_EQUAL = 4, 7
_NEW_SPACES = {
    "user": 0x1000_0000, "mnt": 0x0002_0000, "pid": 0x2000_0000, "uts": 0x0400_0000,
    "ipc": 0x0800_0000, "cgroup": 0x0200_0000,
}  # fmt: skip
"""What unshare(2) and clone(2) may not make; a network of one's own harms nobody."""
_SOCKETS_OF_THE_HOST = (40,)
"""AF_VSOCK, which no network namespace bounds: it reaches the hypervisor."""
_TIOCCONS, _TIOCSTI = 0x541D, 0x5412
_NS_MNT_GET_NEXT, _NS_MNT_GET_PREV = 0xB70B, 0xB70C
"""Type and number of what hands over the mounts of the whole computer (linux/nsfs.h, 6.12)."""
_MADV_HWPOISON, _MADV_SOFT_OFFLINE = 100, 101
"""What takes memory from the whole computer until it starts again (madvise(2))."""
_UNKNOWN = range(467, 512)
"""System calls since Linux 6.15, whose names libseccomp may not know: ``open_tree_attr`` is one.

Programs take ENOSYS for an older kernel. Every architecture numbers them alike from 424 on; 512 to
547 are those of x32, another architecture.
"""
_REFUSED = (
    # trees and devices
    "mount", "umount", "umount2", "pivot_root", "fsopen", "fsconfig", "fsmount", "fspick",
    "move_mount", "open_tree", "mount_setattr", "statmount", "listmount",
    "open_by_handle_at", "fanotify_init",
    "swapon", "swapoff", "quotactl", "quotactl_fd", "acct", "iopl", "ioperm",
    # other namespaces
    "setns",
    # the kernel
    "bpf", "perf_event_open", "userfaultfd", "kexec_load", "kexec_file_load", "init_module",
    "finit_module", "delete_module", "reboot", "syslog", "settimeofday", "clock_settime",
    "clock_adjtime", "lookup_dcookie", "nfsservctl",
    "io_uring_setup", "io_uring_enter", "io_uring_register",
    # keys that no namespace bounds: those of the computer's root
    "add_key", "keyctl", "request_key",
)  # fmt: skip


class _Comparison(ctypes.Structure):
    """``struct scmp_arg_cmp`` of seccomp.h."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


class Filter:
    """The filter, made while this computer's own libraries can still be read."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2")
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._library.seccomp_init.argtypes = (ctypes.c_uint32,)
        self._library.seccomp_attr_set.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32)
        self._library.seccomp_load.argtypes = (ctypes.c_void_p,)
        self._library.seccomp_rule_add_array.argtypes = (
            ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
            ctypes.POINTER(_Comparison),
        )  # fmt: skip
        self._context = self._library.seccomp_init(_ALLOW)
        self._set(_NO_NEW_PRIVILEGES, 0)  # su and sudo are the candidate's to use
        self._set(_OPTIMIZE, _BINARY_TREE)
        for name in _REFUSED:
            self._refuse(name)
        self._refuse("clone3", number=errno.ENOSYS)  # its flags are out of sight: clone is tried
        self._refuse_arguments()

    def load(self) -> None:
        """Hold this process and all its children to the filter, for good."""
        _check(self._library.seccomp_load(self._context))

    def _set(self, attribute: int, value: int) -> None:
        _check(self._library.seccomp_attr_set(self._context, attribute, value))

    def _refuse_arguments(self) -> None:
        """Refuse calls for what they are asked, and those that came after this list."""
        for name in ("unshare", "clone"):
            for flag in _NEW_SPACES.values():
                self._refuse(name, [_Comparison(0, _MASKED_EQUAL, flag, flag)])
        for family in _SOCKETS_OF_THE_HOST:
            self._refuse("socket", [_Comparison(0, _EQUAL, family, 0)])
        for request in (_TIOCCONS, _TIOCSTI):
            self._refuse("ioctl", [_Comparison(1, _MASKED_EQUAL, 0xFFFF_FFFF, request)])
        for request in (_NS_MNT_GET_NEXT, _NS_MNT_GET_PREV):  # of any size
            self._refuse("ioctl", [_Comparison(1, _MASKED_EQUAL, 0xFFFF, request)])
        for advice in (_MADV_HWPOISON, _MADV_SOFT_OFFLINE):
            self._refuse("madvise", [_Comparison(2, _MASKED_EQUAL, 0xFFFF_FFFF, advice)])
        for call in _UNKNOWN:
            self._refuse_call(call, (), errno.ENOSYS)

    def _refuse(
        self, name: str, comparisons: Iterable[_Comparison] = (), *, number: int = errno.EPERM
    ) -> None:
        """Refuse a system call, always or with these arguments; one that is unknown is skipped."""
        found = self._library.seccomp_syscall_resolve_name(name.encode())
        if found >= 0:  # else of another architecture, or newer than the library
            self._refuse_call(found, tuple(comparisons), number)

    def _refuse_call(self, call: int, given: tuple[_Comparison, ...], number: int) -> None:
        array = (_Comparison * len(given))(*given)
        add = self._library.seccomp_rule_add_array
        _check(add(self._context, _REFUSE | number, call, len(given), array))


def _check(code: int) -> None:
    if code < 0:
        raise OSError(-code, f"libseccomp: error {-code}")

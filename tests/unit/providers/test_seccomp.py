"""The filter of all machines, in a process of its own: what it refuses, and how."""

import subprocess
import sys

from tests.plans import ROOT

TRIED = """
import ctypes, errno, fcntl, os, sys
sys.path.insert(0, sys.argv[1])
from labctl.providers.namespaces import kernel
from labctl.providers.namespaces.seccomp import Filter
calls = Filter()
kernel.forbid_new_privileges()  # or loading it would be root's
calls.load()
libc = ctypes.CDLL(None, use_errno=True)
def said(done):
    return "done" if done >= 0 else errno.errorcode[ctypes.get_errno()]
def asked(request):
    try:
        return str(fcntl.ioctl(os.open("/proc/self/ns/mnt", os.O_RDONLY), request, bytes(16)))
    except OSError as exc:
        return errno.errorcode[exc.errno]
print(said(libc.syscall(467, -100, b"/", 1, None, 0)), said(libc.syscall(511)))
print(said(libc.mount(b"", b"/", None, 0, None)), said(libc.syscall(457, 0, 0, 0, 0)))
print(asked(0x8010B70B), asked(0x8010B70C))
print(said(libc.madvise(0, 0, 100)), said(libc.madvise(0, 0, 101)), said(libc.madvise(0, 0, 4)))
print(os.waitstatus_to_exitcode(os.system("true")))
"""


def test_what_reaches_the_host_is_refused_and_the_rest_is_not() -> None:
    """``open_tree_attr`` is 467; 4 is MADV_DONTNEED."""
    done = subprocess.run(  # noqa: TID251  # a filter cannot be taken off
        (sys.executable, "-I", "-S", "-c", TRIED, str(ROOT)),
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip

    assert done.stdout.splitlines() == [
        "ENOSYS ENOSYS", "EPERM EPERM", "EPERM EPERM", "EPERM EPERM done", "0",
    ]  # fmt: skip

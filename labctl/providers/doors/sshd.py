"""One connection of a candidate: ``sshd -i`` in the way in, with what it needs and no more.

Standard library only: the gate imports it.
"""

import os
import resource
import signal
import socket

from labctl.providers.doors import limits
from labctl.providers.namespaces import kernel
from labctl.providers.namespaces.seccomp import Filter

_SSHD = ("/usr/sbin/sshd", "-i", "-f", "/run/labctl/gate_sshd_config")
_ALLOWED = {
    "chown": 0, "dac_override": 1, "fowner": 3, "kill": 5, "setgid": 6, "setuid": 7,
    "sys_chroot": 18, "audit_write": 29,
}  # fmt: skip
"""What sshd needs: without the last one it gives no terminal."""
_ALL_CAPABILITIES = range(64)
_SPACES = kernel.CLONE_NEWNS | kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWNET


def become(inside: int, line: socket.socket) -> None:
    """Become sshd of one connection in the node of a descriptor; returns only by OSError."""
    calls = Filter()
    kernel.setns(inside, _SPACES)
    os.chdir("/")
    null = os.open("/dev/null", os.O_WRONLY)
    for number, source in ((0, line.fileno()), (1, line.fileno()), (2, null)):
        os.dup2(source, number)
    for what, most in (
        (resource.RLIMIT_NPROC, limits.PROCESSES),
        (resource.RLIMIT_FSIZE, limits.FILE_BYTES),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.umask(0o022)
    for each in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(each, signal.SIG_DFL)  # ignored ones would be so for whoever comes in
    kernel.forbid_new_privileges()
    kernel.drop_numbers(set(_ALL_CAPABILITIES) - set(_ALLOWED.values()))
    calls.load()
    kernel.give_up_capabilities()
    os.execve(_SSHD[0], _SSHD, {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})

"""Root of a machine, however labctl or a daemon let it in, looks for a way out of it.

Each attack is a line for the machine's shell that succeeds where there is a way. The first two are
how the whole computer was once had: a fresh /proc has its own core_pattern, a devtmpfs its disks.
"""

import subprocess
import sys

import pytest

from tests.commands import Command

pytestmark = pytest.mark.embedded

ATTACKS = {
    "a fresh /proc": "mkdir -p /run/x && mount -t proc none /run/x",
    "core_pattern of a fresh /proc":
        "mkdir -p /run/x; mount -t proc none /run/x; echo '|/x' > /run/x/sys/kernel/core_pattern",
    "core_pattern": "echo '|/run/x' > /proc/sys/kernel/core_pattern",
    "settings of the kernel, writable again": "mount -o remount,bind,rw /proc/sys",
    "settings of the kernel, uncovered": "umount /proc/sys",
    "devtmpfs": "mkdir -p /run/x && mount -t devtmpfs none /run/x",
    "a disk of the host": "mknod /run/disk b 254 0 && head -c 1 /run/disk",
    "control groups and their release_agent": "mkdir -p /run/x && mount -t cgroup2 none /run/x",
    "a user namespace": "unshare --user --map-root-user true",
    "a mount namespace": "unshare --mount true",
    "the namespaces of another process": "nsenter --target 1 --mount true",
    "a file by its handle":
        "python3 -c 'import ctypes, sys; c = ctypes.CDLL(None, use_errno=True);"
        " sys.exit(ctypes.get_errno() in (1, 38) if c.open_by_handle_at(0, b\"\", 0) < 0 else 0)'",
    "keys of the host's root":
        "python3 -c 'import ctypes, sys; c = ctypes.CDLL(None, use_errno=True);"
        " sys.exit(c.syscall(250, 0, -4, 1) < 0)'",
    "a module": "python3 -c 'import ctypes, sys; c = ctypes.CDLL(None, use_errno=True);"
        " sys.exit(c.syscall(175, b\"\", 0, b\"\") < 0 and ctypes.get_errno() in (1, 38))'",
    "settings of the kernel, by a call that libseccomp does not know":
        "python3 -c 'import ctypes, os, struct; c = ctypes.CDLL(None);"
        " tree = c.syscall(467, -100, b\"/proc/sys\", 1, struct.pack(\"4Q\", 0, 1, 0, 0), 32);"
        " os.open(\"kernel/core_pattern\", os.O_WRONLY, dir_fd=tree)'",
    "mounts of the host":
        "python3 -c 'import fcntl, os; own = os.open(\"/proc/self/ns/mnt\", os.O_RDONLY);"
        " fcntl.ioctl(own, 0x8010B70C, bytes([16]) + bytes(15))'",
    "mounts of the host, the other way":
        "python3 -c 'import fcntl, os; own = os.open(\"/proc/self/ns/mnt\", os.O_RDONLY);"
        " fcntl.ioctl(own, 0x8010B70B, bytes([16]) + bytes(15))'",
    "memory of the host, taken away": "python3 -c 'import ctypes, sys; c = ctypes.CDLL(None);"
        " sys.exit(c.madvise(0, 0, 100) < 0)'",
    "the hypervisor's socket": "python3 -c 'import socket; socket.socket(40, socket.SOCK_STREAM)'",
    "the memory of the kernel": "head -c 1 /proc/kcore | grep -q .",
    "interrupts of the host": "echo 1 > /proc/irq/default_smp_affinity",
}  # fmt: skip
EVERY = "\n".join(
    f"if ( {line} ) > /dev/null 2>&1; then echo 'OUT: {name}'; fi"
    for name, line in ((each.replace("'", " "), line) for each, line in ATTACKS.items())
)


@pytest.mark.parametrize("machine", ["poste", "nas", "dc", "routeur", "point_acces"])
def test_root_of_a_machine_stays_in_it(linux: Command, machine: str) -> None:
    said = enter(linux, machine, EVERY)

    assert said.splitlines() == ["all were tried"]


def test_what_a_daemon_starts_is_held_as_well(linux: Command) -> None:
    """Over labctl's own sshd, which is a child of the machine's PID 1."""
    said = enter(linux, "poste", "grep -h ^Seccomp: /proc/1/status /proc/self/status | sort -u")

    assert said.split() == ["Seccomp:", "2", "all", "were", "tried"]


def enter(command: Command, machine: str, script: str) -> str:
    """Return what a script says, run by root of a machine."""
    argv = (sys.executable, "-m", "labctl", "connect", "1", machine, "--", "/bin/sh", "-s")
    return subprocess.run(  # noqa: TID251  # a test is outside the product
        argv,
        env=command.variables,
        input=f"{script}\necho all were tried\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout

"""The child program that runs one command inside a node: ``PID STARTED TAG argv…``.

Its exit code is the command's, 128 + number for a signal, 125 when the node cannot be entered.
Standard library only: it runs with ``python -I -S``.
"""

import os
import signal
import sys
from pathlib import Path

from labctl.providers.namespaces import kernel
from labctl.providers.namespaces.relay import Relay
from labctl.providers.namespaces.seccomp import Filter

REFUSED = 125
_SPACES = (
    kernel.CLONE_NEWNS
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWPID
)
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}


def main() -> int:
    """Enter the node named by the arguments and run the command."""
    kernel.die_with_parent(os.getppid())
    pid, started, tag, *argv = sys.argv[1:]
    try:
        bounds = Bounds(int(pid))
        enter(int(pid), int(started), tag)
        bounds.impose()
    except (OSError, ValueError) as exc:
        sys.stderr.write(f"cannot enter: {exc}\n")
        return REFUSED
    return run(argv)


class Bounds:
    """What holds every process of a node, found while this computer's own files are in sight."""

    def __init__(self, pid: int) -> None:
        self._lost = kernel.list_lost(pid)
        self._filter = Filter()

    def impose(self) -> None:
        """Hold this process and its children to what the node's PID 1 is held to.

        Before the first child: root of the node could trace one that has more.
        """
        kernel.drop_numbers(self._lost)
        self._filter.load()
        kernel.give_up_capabilities()
        os.umask(0o022)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def enter(pid: int, started: int, tag: str) -> None:
    """Join the namespaces of a node; refuse when the pid is another process by now."""
    pidfd = os.pidfd_open(pid)
    stat = Path(f"/proc/{pid}/stat").read_text()
    environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    is_same = int(stat.rpartition(")")[2].split()[19]) == started
    if not is_same or f"LABCTL_TAG={tag}".encode() not in environment:
        raise ValueError(f"process {pid} is not the node {tag} any more")
    kernel.setns(pidfd, _SPACES)
    os.close(pidfd)
    os.chdir("/")


def run(argv: list[str]) -> int:
    """Run the command as a child, so that it is in the node's pid namespace, and wait."""
    relay = Relay()
    child = kernel.fork_bound()
    if child == 0:
        try:
            relay.give()
            term = os.environ.get("TERM")
            os.execvpe(argv[0], argv, _ENVIRONMENT | ({"TERM": term} if term else {}))
        except OSError as exc:
            sys.stderr.write(f"{argv[0]}: {exc.strerror}\n")
        finally:
            os._exit(127)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # at a terminal, Ctrl-C is for the command
    relay.carry(child)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code

"""Children of the gate: each ends with it, some are processes of a node.

Standard library only: the gate imports it.
"""

import os
from collections.abc import Callable

from labctl.providers.namespaces import kernel


def fork_bound(act: Callable[[], None]) -> int:
    """Do something in a child that ends with this process."""
    pid = kernel.fork_bound()
    if pid == 0:
        try:
            act()
        except BaseException:  # noqa: BLE001  # nothing above this frame may run in the child
            os._exit(1)
        finally:
            os._exit(0)
    return pid


def fork_into(node: int, act: Callable[[], None]) -> int:
    """Do the same in a child that is one of the processes of a node: it ends with the node too."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    try:
        kernel.setns(node, kernel.CLONE_NEWPID)
        try:
            return fork_bound(act)
        finally:
            kernel.setns(own, kernel.CLONE_NEWPID)
    finally:
        os.close(own)


def run_apart(act: Callable[[], None]) -> None:
    """Do something in a child and wait for it; OSError when it could not be done."""
    code = os.waitstatus_to_exitcode(os.waitpid(fork_bound(act), 0)[1])
    if code != 0:
        raise OSError(f"depot: exit code {code}")

"""The child program that builds in a tree: one JSON request on stdin, its exit code on the way out.

``{"lower": […], "upper", "work", "root", "binds": [[source, target]…],
"commands": [{"argv", "env", "copy", "is_inside", "has_network"}…]}``. The commands run one after
the other until one fails, in mount and pid namespaces of their own: killed at any instant, no
process and no mount is left. ``copy`` names a tree of the root to copy onto it, in place of a
program. Without ``lower`` the root is a plain folder; a root of ``/`` gets no mount at all, nor
does one that ``is_bare``.

Standard library only: it runs with ``python -I -S``.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from labctl.providers.namespaces import kernel, rootfs


def main() -> int:
    """Do what the request on stdin says; the exit code is that of the command that failed."""
    kernel.die_with_parent(int(os.environ["LABCTL_PARENT"]))
    request = json.load(sys.stdin)
    kernel.unshare(kernel.CLONE_NEWPID)
    first = kernel.fork_bound()
    if first == 0:
        code = 1
        try:
            code = serve(request)
        except OSError as exc:
            sys.stderr.write(f"{exc}\n")
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])


def serve(request: dict[str, Any]) -> int:
    """Mount the tree and run the commands, as PID 1 of the new namespace."""
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS)
    root = request["root"]
    if request["lower"]:
        folders = (request["upper"], request["work"], root)
        rootfs.mount_overlay(request["lower"], *folders, volatile=True)
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    rootfs.mount_proc("")
    if root != "/" and not request.get("is_bare"):
        _mount_inside(root)
    for source, target in request["binds"]:
        Path(target).mkdir(parents=True, exist_ok=True)
        kernel.bind(source, target)
    for command in request["commands"]:
        code = _run(command, root)
        if code != 0:
            sys.stderr.write(f"exit code {code}: {' '.join(command['argv'])}\n")
            return code
    return 0


def _mount_inside(root: str) -> None:
    rootfs.mount_devices(root)
    rootfs.mount_proc(root)
    kernel.mount("tmpfs", f"{root}/run", "tmpfs", kernel.MS_NOSUID, "mode=755")
    kernel.mount("tmpfs", f"{root}/tmp", "tmpfs", kernel.MS_NOSUID, "mode=1777")  # noqa: S108


def _run(command: dict[str, Any], root: str) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            _become(command, root)
        except OSError as exc:
            sys.stderr.write(f"{exc}\n")
        finally:
            sys.stderr.flush()
            os._exit(127)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if code >= 0 else 128 - code


def _become(command: dict[str, Any], root: str) -> None:
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.dup2(2, 1)
    os.umask(0o022)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if not command["has_network"]:
        kernel.unshare(kernel.CLONE_NEWNET)
    if command["is_inside"]:
        os.chroot(root)
    os.chdir("/")
    if command["copy"]:
        copy_tree(Path(command["copy"]), Path("/"))
        os._exit(0)
    os.execvpe(command["argv"][0], command["argv"], command["env"])


def copy_tree(source: Path, target: Path) -> None:
    """Copy a tree onto another: contents, links, the executable bit; owner root, usual modes.

    Runs in the chroot, so that a link of the tree below leads nowhere else.
    """
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name != "__pycache__"]  # no part of a digest
        place = target / Path(folder).relative_to(source)
        place.mkdir(mode=0o755, exist_ok=True)
        for name in [*files, *(each for each in folders if Path(folder, each).is_symlink())]:
            origin, copy = Path(folder, name), place / name
            copy.unlink(missing_ok=True)
            if origin.is_symlink():
                copy.symlink_to(origin.readlink())
            else:
                copy.write_bytes(origin.read_bytes())
                copy.chmod(0o755 if origin.stat().st_mode & 0o100 else 0o644)

"""Make one guest image of layers: stacked read-only, made one disk, published in one rename."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from labctl.core import command, paths, store
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError, StoreError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.providers.namespaces import processes, runtime
from labctl.providers.roles.layers import Layer
from labctl.spec.kind import inherit

DISK, KERNEL, INITRD = "disk.qcow2", "kernel", "initrd.img"
DISK_BYTES = 8 << 30
"""Of the guest's disk; the file holds what was written only."""
_DOCUMENT = "image.json"
_SIDE = "guest"
"""Folder of the guest layer that holds the kernel, the initrd and the tree over a role's."""
_PROGRAMS = "usr/lib/labctl-guest"
_START, _RENEW = "start", "renew-role"
"""Links to programs of the kind, which PID 1 follows."""
_UUID = "6c616263-746c-4c41-8142-67756573742d"  # of the filesystem: an equal tree is an equal disk
_LOG_TAIL = 3000


def read_digests(place: Path) -> Mapping[str, str] | None:
    """Return the sha256 of each file of an image, as it was built; None when there is none."""
    try:
        document = store.read_json(place / _DOCUMENT)
    except StoreError:
        return None
    digests = document.get("sha256") if isinstance(document, dict) else None
    return digests if isinstance(digests, dict) else None


def build(
    target: Path, stack: Sequence[Layer], guest: Layer, report: Report, deadline: Deadline
) -> None:
    """Build an image in a place of its own and publish it, whole."""
    report(_("image : construction de %(layer)s") % {"layer": target.name})
    place = paths.cache_dir() / "building" / target.name
    shutil.rmtree(place, ignore_errors=True)  # what a killed builder left
    for name in ("upper", "work", "root"):
        (place / name).mkdir(parents=True)
    side = guest.root / _SIDE
    links = place / "upper" / _PROGRAMS
    links.mkdir(parents=True)
    kind = inherit([layer.template for layer in stack])
    for name, program in ((_START, kind.start), (_RENEW, kind.renew)):
        if program:
            (links / name).symlink_to(program)
    try:
        _make_disk(place, (*(layer.root for layer in stack), side / "tree"), deadline)
    except CommandError as exc:
        message = _("image %(layer)s : échec de la construction") % {"layer": target.name}
        raise ProviderError(f"{message}\n{exc.message}") from exc
    for name in (KERNEL, INITRD):
        shutil.copyfile(side / name, place / name)
    _publish(place, target, stack, guest)


def _make_disk(place: Path, trees: Sequence[Path], deadline: Deadline) -> None:
    """Stack trees, the lowest first, and write what is seen of them as a filesystem in qcow2."""
    raw = str(place / "disk.raw")
    filesystem = (
        *("mke2fs", "-q", "-t", "ext4", "-L", "labctl", "-U", _UUID),
        *("-E", f"hash_seed={_UUID},lazy_itable_init=1", "-O", "^resize_inode", "-m", "0"),
        *("-d", str(place / "root"), raw, f"{DISK_BYTES >> 10}k"),
    )
    convert = ("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, str(place / DISK))
    request = {
        "lower": [str(tree) for tree in reversed(trees)],
        "upper": str(place / "upper"),
        "work": str(place / "work"),
        "root": str(place / "root"),
        "is_bare": True,
        "binds": (),
        "commands": [_command(filesystem), _command(convert)],
    }
    done = command.run(
        runtime.child_argv("chroot"),
        deadline,
        stdin=json.dumps(request),
        env=runtime.child_environment(processes.instance_of(paths.cache_dir()), place.name),
        check=False,
    )
    if done.exit_code != 0:
        raise CommandError(done.stderr.strip()[-_LOG_TAIL:])
    Path(raw).unlink()


def _command(argv: Sequence[str]) -> dict[str, object]:
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    environment = {"PATH": path, "LC_ALL": "C.UTF-8"}
    return {
        "argv": argv,
        "env": environment,
        "copy": "",
        "is_inside": False,
        "has_network": False,
    }


def _publish(place: Path, target: Path, stack: Sequence[Layer], guest: Layer) -> None:
    for name in ("upper", "work", "root"):
        shutil.rmtree(place / name)
    document = {
        "name": target.name,
        "layers": [layer.name for layer in (*stack, guest)],
        "sha256": {name: digest(place / name) for name in (DISK, KERNEL, INITRD)},
    }
    store.write_json(place / _DOCUMENT, document, mode=0o644)
    for path in place.iterdir():
        _sync(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)  # a folder without its document is no image
    place.rename(target)
    store.sync_folder(target.parent)


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)

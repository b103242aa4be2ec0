"""What is below a folder, to the last byte: contents, kinds, modes, owners, attributes, times."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import CommandTimeout, StoreError
from labctl.core.i18n import _

_KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFCHR: "character device",
    stat.S_IFBLK: "block device",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
}


@dataclass(frozen=True, slots=True)
class Root:
    """A folder whose content counts, but for these names at its top."""

    path: Path
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a tree."""

    kind: str
    mode: str
    owner: str
    size: int
    changed_ns: int  # 0 for a folder: what came and went in it is named anyway
    content: str  # SHA-256 of a file; target of a link; numbers of a device
    attributes: str  # SHA-256 of the extended attributes, empty when there are none


def list_tree(root: Root, deadline: Deadline) -> dict[str, Entry]:
    """Return every name below a folder and the folder itself; follows no link.

    Raises StoreError when something cannot be read, CommandTimeout when time is up.
    """
    found = {}
    try:
        for name in _walk(root):
            if deadline.is_over():
                message = _("« %(path)s » : pas lu en entier avant l'échéance")
                raise CommandTimeout(message % {"path": root.path})
            found[name] = _look_at(root.path / name)
    except OSError as exc:
        message = _("« %(path)s » ne peut être lu : %(why)s")
        raise StoreError(message % {"path": exc.filename, "why": exc.strerror}) from exc
    return found


def _walk(root: Root) -> Iterator[str]:
    yield "."
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(root.path / folder) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if not folder and entry.name in root.left_out:
                    continue
                name = f"{folder}/{entry.name}" if folder else entry.name
                yield name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(name)


def _look_at(path: Path) -> Entry:
    seen = path.lstat()
    kind = _KINDS[stat.S_IFMT(seen.st_mode)]
    is_folder = kind == "folder"
    return Entry(
        kind=kind,
        mode=f"{stat.S_IMODE(seen.st_mode):o}",
        owner=f"{seen.st_uid}:{seen.st_gid}",
        size=0 if is_folder else seen.st_size,
        changed_ns=0 if is_folder else seen.st_mtime_ns,
        content=_read_content(path, seen),
        attributes=_read_attributes(path),
    )


def _read_content(path: Path, seen: os.stat_result) -> str:
    if stat.S_ISREG(seen.st_mode):
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(fd, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if stat.S_ISLNK(seen.st_mode):
        return str(path.readlink())
    if stat.S_ISCHR(seen.st_mode) or stat.S_ISBLK(seen.st_mode):
        return f"{os.major(seen.st_rdev)}:{os.minor(seen.st_rdev)}"
    return ""


def _read_attributes(path: Path) -> str:
    names = sorted(os.listxattr(path, follow_symlinks=False))
    digest = hashlib.sha256()
    for name in names:
        value = os.getxattr(path, name, follow_symlinks=False)
        digest.update(f"{name}\0{len(value)}\0".encode(errors="surrogateescape") + value)
    return digest.hexdigest() if names else ""

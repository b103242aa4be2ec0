"""What is below a folder, to the last byte: contents, kinds, modes, owners, attributes, times."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from labctl.core.deadline import Deadline
from labctl.core.errors import CommandTimeout, StoreError
from labctl.core.i18n import _
from labctl.core.regular import explain_os

HOLLOW_FROM = 1 << 30
"""Size from which a file is read without its holes: a candidate makes one of eight tebibytes in an
instant. Only the size decides, since a copy may have filled the holes of its original."""
_CHUNK = 1 << 20
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
class Entry:
    """One name in a tree."""

    kind: str
    mode: str
    owner: str
    size: int
    changed_ns: int  # 0 for a folder: what came and went in it is named anyway
    content: str  # SHA-256 of a file (filled: of its parts); target of a link; device
    attributes: str  # SHA-256 of the extended attributes, empty when there are none


class Tree(Protocol):
    """A tree whose content counts, wherever it is."""

    def list_entries(self, deadline: Deadline) -> dict[str, Entry]:
        """Return every name in it and its top, ``.``; LabctlError when it cannot be read whole."""
        ...


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of this machine whose content counts, but for these names at its top."""

    path: Path
    left_out: frozenset[str] = frozenset()

    def list_entries(self, deadline: Deadline) -> dict[str, Entry]:
        """Return every name below the folder and the folder itself; follows no link.

        Raises StoreError when something cannot be read, CommandTimeout when time is up.
        """
        return dict(walk_tree(self, deadline))


def walk_tree(root: Root, deadline: Deadline) -> Iterator[tuple[str, Entry]]:
    """Yield what ``Root.list_entries`` returns, each name as it was read."""
    try:
        for name in _walk(root):
            if deadline.is_over():
                raise _late(root.path)
            yield name, _look_at(root.path / name, deadline)
    except OSError as exc:
        message = _("« %(path)s » ne peut être lu : %(why)s")
        raise StoreError(message % {"path": exc.filename, "why": explain_os(exc)}) from exc


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


def _late(path: Path) -> CommandTimeout:
    return CommandTimeout(_("« %(path)s » : pas lu en entier avant l'échéance") % {"path": path})


def _look_at(path: Path, deadline: Deadline) -> Entry:
    seen = path.lstat()
    kind = _KINDS[stat.S_IFMT(seen.st_mode)]
    is_folder = kind == "folder"
    return Entry(
        kind=kind,
        mode=f"{stat.S_IMODE(seen.st_mode):o}",
        owner=f"{seen.st_uid}:{seen.st_gid}",
        size=0 if is_folder else seen.st_size,
        changed_ns=0 if is_folder else seen.st_mtime_ns,
        content=_read_content(path, seen, deadline),
        attributes=_read_attributes(path),
    )


def _read_content(path: Path, seen: os.stat_result, deadline: Deadline) -> str:
    if stat.S_ISREG(seen.st_mode):
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if seen.st_size > HOLLOW_FROM:
                return _digest_filled(fd, path, deadline)
            return _digest(fd, path, deadline)
        finally:
            os.close(fd)
    if stat.S_ISLNK(seen.st_mode):
        return str(path.readlink())
    if stat.S_ISCHR(seen.st_mode) or stat.S_ISBLK(seen.st_mode):
        return f"{os.major(seen.st_rdev)}:{os.minor(seen.st_rdev)}"
    return ""


def _digest(fd: int, path: Path, deadline: Deadline) -> str:
    digest = hashlib.sha256()
    while chunk := os.read(fd, _CHUNK):
        digest.update(chunk)
        if deadline.is_over():
            raise _late(path)
    return digest.hexdigest()


def _digest_filled(fd: int, path: Path, deadline: Deadline) -> str:
    """Return the digest of each chunk that is not all zeros and of its place, holes jumped over.

    It depends on what the file holds only, not on which zeros its file system keeps.
    """
    digest, at = hashlib.sha256(), 0
    while (at := _next_data(fd, at)) >= 0:
        at -= at % _CHUNK
        chunk = os.pread(fd, _CHUNK, at)
        if chunk.strip(b"\0"):
            digest.update(f"{at}:".encode() + chunk)
        at += _CHUNK
        if deadline.is_over():
            raise _late(path)
    return f"filled:{digest.hexdigest()}"


def _next_data(fd: int, at: int) -> int:
    """Return where data begins, from a place on; -1 when nothing but a hole is left."""
    try:
        return os.lseek(fd, at, os.SEEK_DATA)
    except OSError as exc:
        if exc.errno == errno.ENXIO:
            return -1
        raise


def _read_attributes(path: Path) -> str:
    names = sorted(os.listxattr(path, follow_symlinks=False))
    digest = hashlib.sha256()
    for name in names:
        value = os.getxattr(path, name, follow_symlinks=False)
        digest.update(f"{name}\0{len(value)}\0".encode(errors="surrogateescape") + value)
    return digest.hexdigest() if names else ""

"""What a candidate hands in: a small tmpfs of the way in, kept outside of it under safe names.

Its content is a stranger's: names are written nowhere but in an index, files are read without
following links, and only those that are files. Standard library only: the gate imports it.
"""

import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from labctl.providers.doors import limits
from labctl.providers.namespaces import kernel
from labctl.providers.namespaces.processes import Process

INDEX = "index.json"
FOLDER = Path("/srv/depot")
"""The folder that sftp shows: what waits for the candidate, and what they hand in."""
_PLACE = str(FOLDER / "documents")
_SAFE = re.compile(r"[^\w.-]|^[.-]", re.ASCII)
_LONGEST = 60


def mount(entrance: Process, uid: int) -> None:
    """Mount the folder of documents in the way in, once; run in a child, which stays there."""
    kernel.setns(os.pidfd_open(entrance.pid), kernel.CLONE_NEWNS)
    if Path(_PLACE).stat().st_uid == uid:
        return
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    bounds = f"size={limits.DEPOT_BYTES},nr_inodes={limits.DEPOT_FILES}"
    kernel.mount("tmpfs", _PLACE, "tmpfs", flags, f"mode=700,uid={uid},gid={uid},{bounds}")


def keep(entrance: Process, folder: Path) -> None:
    """Make the folder hold what the candidate's holds now, with an index of names and digests."""
    if not _mark_of(entrance).exists():  # what was kept before is not there again yet
        return
    source = os.open(_place_of(entrance), os.O_RDONLY | os.O_DIRECTORY)
    try:
        found = [_read(source, name) for name in sorted(os.listdir(source))]  # noqa: PTH208  # of a descriptor
    finally:
        os.close(source)
    _write_all(folder, [each for each in found if each])


def put(entrance: Process, files: Mapping[str, bytes | None], uid: int) -> None:
    """Write files into the folder of the candidate, as theirs; None takes one away."""
    target = _place_of(entrance)
    for name, content in files.items():
        (target / name).unlink(missing_ok=True)
        if content is not None:
            _write(target / name, content)
            os.chown(target / name, uid, uid, follow_symlinks=False)


def add(folder: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files beside what is kept of the candidate's folder; None takes one away."""
    known = json.loads((folder / INDEX).read_bytes()) if (folder / INDEX).is_file() else []
    kept = [
        (each["name"], (folder / each["file"]).read_bytes(), each["at"])
        for each in known
        if each["name"] not in files
    ]
    now = int(time.time())
    new = [(name, content, now) for name, content in files.items() if content is not None]
    _write_all(folder, sorted([*kept, *new]))


def _write_all(folder: Path, files: Sequence[tuple[str, bytes, int]]) -> None:
    """Make a folder hold these files, under safe names, and an index of them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    index = []
    for number, (name, content, at) in enumerate(files, start=1):
        kept = f"{number:02d}-{_SAFE.sub('_', name)[:_LONGEST]}"
        digest = hashlib.sha256(content).hexdigest()
        index.append(
            {"name": name, "file": kept, "bytes": len(content), "sha256": digest, "at": at}
        )
        _write(folder / kept, content)
    _write(folder / INDEX, json.dumps(index, indent=1).encode())
    left = {INDEX, *(str(each["file"]) for each in index)}
    for path in folder.iterdir():
        if path.name not in left:
            path.unlink()


def restore(folder: Path, entrance: Process, uid: int) -> None:
    """Give an empty folder of the candidate what was kept of the one before."""
    target = _place_of(entrance)
    known = json.loads((folder / INDEX).read_bytes()) if (folder / INDEX).is_file() else []
    for each in () if any(target.iterdir()) else known:
        with suppress(OSError, ValueError):
            path = target / each["name"]
            path.write_bytes((folder / each["file"]).read_bytes())
            path.chmod(0o600)
            os.chown(path, uid, uid)
    _mark_of(entrance).touch()


def _place_of(entrance: Process) -> Path:
    """Return the folder of the candidate, as it is seen from here."""
    return Path(f"/proc/{entrance.pid}/root{_PLACE}")


def _mark_of(entrance: Process) -> Path:
    """Return the file, out of the candidate's sight, that says that their folder is complete."""
    return _place_of(entrance).parent.with_suffix(".ready")


def _read(source: int, name: str) -> tuple[str, bytes, int] | None:
    """Return the name, content and time of a file; None for what is none, or is gone."""
    with suppress(OSError):
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=source)
        with os.fdopen(fd, "rb") as file:
            seen = os.fstat(fd)
            if stat.S_ISREG(seen.st_mode):
                text = os.fsencode(name).decode("utf-8", "replace")
                return text, file.read(limits.FILE_BYTES), int(seen.st_mtime)
    return None


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step; written again only when it differs."""
    with suppress(OSError):
        if path.read_bytes() == content:
            return
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(fd)
    new.rename(path)

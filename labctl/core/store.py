"""Documents of a run: atomic write, typed read, and the lock of a bench."""

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import Busy, StoreError
from labctl.core.i18n import _
from labctl.core.regular import explain_os, read_regular, refuse_irregular
from labctl.core.untrusted import inert_json
from labctl.core.wait import until

MOST_BYTES = 256 << 20
"""What is read of a document: whoever hands one in must not fill the memory with it."""
_NAMED_S = 0.5
"""How long after it took a lock a process may still be about to write its name in it."""
_MOST_GONE = 100
"""Times that the folder of a lock may be gone when it is opened: /proc never takes one at all."""
_DISK_REFUSES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
_TAKEN = "taken"
"""What ``_take`` returns instead of a holder."""


def write_bytes(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace a file in one step: temporary file, fsync, rename, fsync of the folder.

    After a crash at any instant the file holds either its old content or the new one, whole.
    What is there and is no file (a device, a pipe, a folder) stays: StoreError.
    """
    temporary = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        refuse_irregular(path)
        make_folder(path.parent)
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        sync_folder(path.parent)
    except OSError as exc:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise unwritable(path, exc) from exc


def write_json(path: Path, document: object, *, mode: int = 0o600, is_flat: bool = False) -> None:
    """Write a document as JSON, keys sorted, so that equal documents are equal files.

    One that ``is_flat`` is on one line: that is ten times as fast, for what is written again and
    again.
    """
    indent = None if is_flat else 1
    text = json.dumps(document, ensure_ascii=False, indent=indent, sort_keys=True) + "\n"
    write_bytes(path, inert_json(text).encode(), mode=mode)


def read_bytes(path: Path) -> bytes:
    """Return the content of a document; StoreError when it is not there, or is no document."""
    try:
        return read_regular(path, MOST_BYTES)
    except OSError as exc:
        raise unreadable(path, exc) from exc


def read_json(path: Path) -> object:
    """Return a JSON document; StoreError when it is absent or damaged."""
    try:
        return json.loads(read_bytes(path))
    except (ValueError, RecursionError) as exc:
        raise StoreError(
            _("« %(path)s » n'est pas un document JSON : %(why)s") % {"path": path, "why": exc}
        ) from exc


def append_line(path: Path, line: bytes, *, mode: int = 0o600) -> None:
    """Append one line to a journal and make it durable before returning."""
    try:
        make_folder(path.parent)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, mode)
        try:
            write_all(fd, line + b"\n")
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as exc:
        raise unwritable(path, exc) from exc


def write_all(fd: int, content: bytes) -> None:
    """Write to a descriptor until nothing is left: a disk that fills up takes a part first."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(fd, rest) :]


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing, so that their names are durable too."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode, exist_ok=True)
    sync_folder(folder.parent)


def remove(path: Path) -> None:
    """Remove what is at a path, a folder with all that is in it; a link leads nowhere."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the disk refuses meanwhile into StoreError; ``place`` is named where no file is."""
    try:
        yield
    except OSError as exc:
        if exc.errno not in _DISK_REFUSES:
            raise
        raise unwritable(Path(exc.filename or place), exc) from exc


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (a rename is not, until its folder is)."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def lock(path: Path, holder: str) -> Iterator[None]:
    """Hold the lock of a bench; the kernel frees it, also after kill -9.

    Raises Busy, naming the holder, when another process has it. On a full disk the lock is held
    without its holder's name: ``down`` must work there too.
    """
    with ExitStack() as stack:
        try:
            fd = stack.enter_context(_open_current(path))
        except OSError as exc:
            raise unwritable(path, exc) from exc
        with suppress(OSError):
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{holder} (pid {os.getpid()})\n".encode(), 0)
        try:
            yield
        finally:
            with suppress(OSError):
                os.ftruncate(fd, 0)  # we live on: whoever takes it next is not to be taken for us


@contextmanager
def _open_current(path: Path) -> Iterator[int]:
    while True:
        fd = _open_lock(path)
        try:
            said = until(partial(_take, fd), Deadline.after(_NAMED_S), every_s=0.01)
            if said != _TAKEN:
                raise _busy(path, said or "?")
            if _is_same(path, fd):  # else it was removed between open and flock: a dead lock
                yield fd
                return
        finally:
            with suppress(OSError):  # a disk that refuses the holder's name at the last moment
                os.close(fd)


def _open_lock(path: Path) -> int:
    """Open a lock in a folder that its holder may remove; FileNotFoundError where none can be."""
    gone = 0
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except FileNotFoundError:  # its folder was removed between the two, with a dead lock
            gone += 1
            if gone == _MOST_GONE:
                raise


def _is_same(path: Path, fd: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(fd).st_ino
    except FileNotFoundError:
        return False


def unreadable(path: Path, error: OSError) -> StoreError:
    """Return what is said of a file that the system does not let us read."""
    said = _("« %(path)s » ne peut être lu : %(why)s")
    return StoreError(said % {"path": path, "why": explain_os(error)})


def unwritable(path: Path, error: OSError) -> StoreError:
    """Return what is said of a file or folder that the system does not let us write."""
    said = _("« %(path)s » ne peut être écrit : %(why)s")
    return StoreError(said % {"path": path, "why": explain_os(error)})


def _busy(path: Path, holder: str) -> Busy:
    return Busy(
        _("banc %(bench)s : tenu par %(holder)s") % {"bench": path.parent.name, "holder": holder},
        hint=_("attendez sa fin, puis recommencez"),
    )


def _take(fd: int) -> str:
    """Take a lock and return ``_TAKEN``; or return who holds it, "" while it has not said so."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_holder(fd)
    return _TAKEN


def _read_holder(fd: int) -> str:
    """Return who holds a lock, as it says; "" when it does not, or the name is of a dead one."""
    said = os.pread(fd, 200, 0).decode("utf-8", "replace").strip()
    number = said.rpartition("(pid ")[2].rstrip(")")
    return said if number.isdecimal() and Path(f"/proc/{number}").exists() else ""

"""A chain of records: lines of JSON, each with the SHA-256 of the line before; only appended to.

Each record carries ``seq`` (0, 1, 2…), ``prev``, ``kind``, ``at`` (UTC) and ``monotonic`` (seconds,
against a clock that jumps). The digest of the last line is the head of the chain: who noted it
elsewhere can tell that nothing was changed, removed or cut off since (docs/evidence.md).
"""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from labctl.core.clock import timestamp
from labctl.core.deadline import Deadline
from labctl.core.errors import Busy, StoreError
from labctl.core.i18n import _
from labctl.core.plain import canonical
from labctl.core.store import (
    make_folder,
    read_bytes,
    sync_folder,
    unwritable,
    write_all,
    write_bytes,
)
from labctl.core.wait import until

Record = Mapping[str, Any]

FIRST = "0" * 64
"""What ``prev`` is in the first record."""
TORN = "torn"
"""Kind of the record that stands for a last line that was not written to its end."""
_SHOWN = 400
"""Characters of a torn line that its record repeats."""


@dataclass(frozen=True, slots=True)
class History:
    """The records of a chain, up to where they do not follow each other any more.

    ``broken`` is the number of the first record that was changed, moved or removed; ``torn`` is
    what follows the last whole line.
    """

    records: tuple[Record, ...] = ()
    head: str = FIRST
    broken: int | None = None
    torn: bytes = b""


class ChainBroken(StoreError):
    """A record of a chain is not the one that was written."""


def parse_chain(content: bytes) -> History:
    """Return the records of a chain, and the first thing found wrong with it."""
    *lines, torn = content.split(b"\n")
    records: list[Record] = []
    prev = FIRST
    for seq, line in enumerate(lines):
        record = _parse(line)
        if record is None or record.get("seq") != seq:
            return History(tuple(records), prev, broken=seq)
        if record.get("prev") != prev:  # what it names is not what stands before it any more
            return History(tuple(records), prev, broken=max(0, seq - 1))
        records.append(record)
        prev = hashlib.sha256(line).hexdigest()
    return History(tuple(records), prev, torn=torn)


def read_chain(path: Path) -> History:
    """Return the records of a chain that holds; ChainBroken, naming the first that does not."""
    history = parse_chain(read_bytes(path))
    if history.broken is not None:
        said = _("« %(path)s » : l'enregistrement %(number)d a été modifié, déplacé ou retiré")
        raise ChainBroken(
            said % {"path": path, "number": history.broken},
            hint=_("ce qui précède cet enregistrement tient ; le reste ne prouve plus rien"),
        )
    return history


class Chain:
    """A chain that records are appended to.

    ``place`` is what errors name; ``hide`` takes secrets out of the text of a record.
    """

    def __init__(
        self,
        fd: int,
        place: Path,
        *,
        history: History | None = None,
        hide: Callable[[str], str] = str,
    ) -> None:
        known = history or History()
        self._fd = fd
        self._place = place
        self._hide = hide
        self._is_spoiled = False
        self.count = len(known.records)
        self.head = known.head

    def append(
        self, records: Iterable[tuple[str, Mapping[str, object]]], at: datetime | None = None
    ) -> None:
        """Write records and make them durable, in one go; StoreError when they are not.

        After an error nothing more is appended: the end of the file may be half a line.
        """
        lines = bytearray()
        for kind, record in records:
            line = _render(self.count, self.head, kind, self._hide(canonical(record)), at)
            self.head = hashlib.sha256(line).hexdigest()
            self.count += 1
            lines += line + b"\n"
        if self._is_spoiled:
            raise StoreError(_("« %(path)s » n'a pas pu être écrit") % {"path": self._place})
        try:
            write_all(self._fd, bytes(lines))
            os.fsync(self._fd)
        except OSError as exc:
            self._is_spoiled = True
            raise unwritable(self._place, exc) from exc

    def close(self) -> None:
        """Close the file of the chain."""
        os.close(self._fd)


def create_chain(path: Path, *, place: Path, hide: Callable[[str], str]) -> Chain:
    """Begin a chain in a file that must not be there; StoreError when it is."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        return Chain(os.open(path, flags, 0o600), place, hide=hide)
    except OSError as exc:
        raise unwritable(place, exc) from exc


@contextmanager
def reopen_chain(path: Path, deadline: Deadline) -> Iterator[tuple[Chain, History]]:
    """Hold a chain, begun when it is not there, and give what it says and where to append.

    One process at a time: Busy when another one holds it until the deadline. A torn last line is
    cut, and a record says so in the same step. ChainBroken when a record does not hold.
    """
    with _held(path.parent, deadline):
        history = read_chain(path) if path.exists() else History()
        if history.torn:
            history = _mend(path, history)
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            fd = os.open(path, flags, 0o600)
            sync_folder(path.parent)
        except OSError as exc:
            raise unwritable(path, exc) from exc
        chain = Chain(fd, path, history=history)
        try:
            yield chain, history
        finally:
            chain.close()


def _mend(path: Path, history: History) -> History:
    """Replace a torn last line by a record of it: the file holds the one or the other, whole."""
    whole = read_bytes(path)[: -len(history.torn)]
    torn = {
        "bytes": len(history.torn),
        "sha256": hashlib.sha256(history.torn).hexdigest(),
        "text": history.torn.decode("utf-8", "replace")[:_SHOWN],
    }
    line = _render(len(history.records), history.head, TORN, canonical(torn))
    write_bytes(path, whole + line + b"\n")
    return parse_chain(whole + line + b"\n")


def _render(seq: int, prev: str, kind: str, body: str, at: datetime | None = None) -> bytes:
    clocks = {"at": timestamp(at), "monotonic": round(time.monotonic(), 3)}
    head = canonical({"seq": seq, "prev": prev, "kind": kind, **clocks})
    rest = body[1:] if body == "{}" else f",{body[1:]}"
    return f"{head[:-1]}{rest}".encode(errors="replace")


def _parse(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


@contextmanager
def _held(folder: Path, deadline: Deadline) -> Iterator[None]:
    """Hold the lock of a folder; the kernel frees it, also after kill -9."""
    try:
        make_folder(folder, mode=0o700)
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as exc:
        raise unwritable(folder, exc) from exc
    try:
        if not until(partial(_take, fd), deadline, every_s=0.02):
            said = _("« %(folder)s » : une autre commande labctl y écrit") % {"folder": folder}
            raise Busy(said, hint=_("attendez sa fin, puis recommencez"))
        yield
    finally:
        os.close(fd)


def _take(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""Documents in a folder of a machine, through a program there that knows where the folder is.

The program is called with what is wanted of it, and its answers are a stranger's:

- ``list``: ``{"files": [{"name", "bytes", "at"}]}``, ``at`` in seconds since 1970, as the clock of
  that machine said; no file for a folder that is not there;
- ``read NAME OFFSET BYTES …``: so many bytes of a file from there on, in base64, a line for each
  three words;
- ``write``, ``{name: base64}`` on its standard input: the files, and the folder where there was
  none.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from labctl.connect.base import Shell
from labctl.core.clock import tell_seconds
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import ConnectError
from labctl.core.handed import Document, find_document
from labctl.core.i18n import _

MOST_FILES = 200
LONGEST_NAME = 255
"""Bytes of the name of a file (NAME_MAX, limits.h)."""
PIECE_BYTES = OUTPUT_CAP_BYTES // 2
"""What is read at once: in base64 it stays below what an answer may be."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file of the folder, as it was listed."""

    name: str
    size: int
    modified_at: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file."""

    name: str
    offset: int
    size: int


class OpenShelf:
    """The folder of a machine, in a shell that is open or opens at the first command.

    Every method raises ConnectError when the machine, or the program there, does not answer as it
    should.
    """

    def __init__(self, shell: Shell, argv: Sequence[str]) -> None:
        self._shell = shell
        self._argv = tuple(argv)

    def list_files(self, deadline: Deadline) -> tuple[Shelved, ...]:
        """Return the files of the folder, at most ``MOST_FILES`` of them."""
        try:
            files = json.loads(self._run("list", deadline=deadline))["files"]
            return tuple(map(_read_entry, files[:MOST_FILES]))
        except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as exc:
            raise _not_understood() from exc

    def take(self, names: Sequence[str], most: int, deadline: Deadline) -> tuple[Document, ...]:
        """Return what answers to some names, as ``find_document`` has it.

        Of one as long as ``most`` bytes or longer, only so many.
        """
        there = self.list_files(deadline)
        listed = [Document(one.name, b"", one.modified_at) for one in there]
        sizes = {one.name: min(one.size, most) for one in there}
        wanted = {one.name: one for name in names if (one := find_document(listed, name))}
        contents = dict.fromkeys(wanted, b"")
        for batch in _pack(wanted, sizes):
            for piece, content in zip(batch, self._read(batch, deadline), strict=True):
                contents[piece.name] += content
        return tuple(replace(one, content=contents[one.name]) for one in wanted.values())

    def put(self, documents: Mapping[str, bytes], deadline: Deadline) -> None:
        """Write files, each in the place of one of the same name."""
        written = {name: base64.b64encode(one).decode() for name, one in documents.items()}
        self._run("write", deadline=deadline, stdin=json.dumps(written))

    def close(self) -> None:
        """Close the shell; succeeds when it is already gone."""
        self._shell.close()

    def _read(self, pieces: Sequence[Piece], deadline: Deadline) -> list[bytes]:
        """Read pieces of files, as they were listed: one may grow or shrink while it is read."""
        words = [word for one in pieces for word in (one.name, str(one.offset), str(one.size))]
        lines = self._run("read", *words, deadline=deadline).split("\n")
        try:
            found = [base64.b64decode(line, validate=True) for line in lines]
        except ValueError as exc:
            raise _not_understood() from exc
        if [len(one) for one in found] != [one.size for one in pieces]:
            raise _not_understood()
        return found

    def _run(self, *words: str, deadline: Deadline, stdin: str = "") -> str:
        done = self._shell.run((*self._argv, *words), deadline, stdin=stdin)
        if done.exit_code:
            raise _not_understood()
        return done.stdout.strip()


def _pack(names: Iterable[str], sizes: Mapping[str, int]) -> Iterator[tuple[Piece, ...]]:
    """Yield the pieces of files, as many at once as one answer holds."""
    batch: list[Piece] = []
    room = PIECE_BYTES
    for name in names:
        offset = 0
        while offset < sizes[name]:
            piece = Piece(name, offset, min(sizes[name] - offset, room))
            batch.append(piece)
            offset += piece.size
            room -= piece.size
            if not room:
                yield tuple(batch)
                batch, room = [], PIECE_BYTES
    if batch:
        yield tuple(batch)


def _read_entry(entry: dict[str, object]) -> Shelved:
    name, size, at = entry["name"], entry["bytes"], entry["at"]
    if not isinstance(name, str) or type(size) is not int or type(at) is not int or size < 0:
        raise ValueError("not an entry")
    if len(name.encode()) > LONGEST_NAME or not {"/", "\0"}.isdisjoint(name):
        raise ValueError("no file can have that name")
    return Shelved(name, size, tell_seconds(at))


def _not_understood() -> ConnectError:
    return ConnectError(_("le dossier des documents ne répond pas comme il le doit"))

"""Documents in a folder of a machine, through a program there that knows where the folder is.

The program is called with what is wanted of it, and its answers are a stranger's:

- ``list``: ``{"files": [{"name", "bytes", "at"}]}``, ``at`` in seconds since 1970, as the clock of
  that machine said; no file for a folder that is not there;
- ``read NAME OFFSET BYTES``: so many bytes of a file from there on, in base64;
- ``write NAME``, base64 on its standard input: the file, and the folder where there was none.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from labctl.connect.base import Shell
from labctl.core.clock import tell_seconds
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import ConnectError
from labctl.core.handed import Document, find_document
from labctl.core.i18n import _

MOST_FILES = 200
PIECE_BYTES = OUTPUT_CAP_BYTES // 2
"""What is read at once: in base64 it stays below what an answer may be."""
_STEP_S = 10.0


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file of the folder, as it was listed."""

    name: str
    size: int
    modified_at: str


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
        sizes = {one.name: one.size for one in there}
        wanted = {one.name: one for name in names if (one := find_document(listed, name))}
        return tuple(
            Document(name, self._read(name, min(sizes[name], most), deadline), one.modified_at)
            for name, one in wanted.items()
        )

    def put(self, name: str, content: bytes, deadline: Deadline) -> None:
        """Write a file, in the place of one of the same name."""
        self._run("write", name, deadline=deadline, stdin=base64.b64encode(content).decode())

    def close(self) -> None:
        """Close the shell; succeeds when it is already gone."""
        self._shell.close()

    def _read(self, name: str, size: int, deadline: Deadline) -> bytes:
        """Read as much of a file as it was listed with: it may grow while it is read."""
        content = b""
        while len(content) < size:
            most = min(PIECE_BYTES, size - len(content))
            said = self._run("read", name, str(len(content)), str(most), deadline=deadline)
            try:
                piece = base64.b64decode(said, validate=True)
            except ValueError as exc:
                raise _not_understood() from exc
            if not piece or len(piece) > most:
                raise _not_understood()
            content += piece
        return content

    def _run(self, *words: str, deadline: Deadline, stdin: str = "") -> str:
        done = self._shell.run((*self._argv, *words), deadline.within(_STEP_S), stdin=stdin)
        if done.exit_code:
            raise _not_understood()
        return done.stdout.strip()


def _read_entry(entry: dict[str, object]) -> Shelved:
    name, size, at = entry["name"], entry["bytes"], entry["at"]
    if not isinstance(name, str) or type(size) is not int or type(at) is not int or size < 0:
        raise ValueError(name)
    return Shelved(name, size, tell_seconds(at))


def _not_understood() -> ConnectError:
    return ConnectError(_("le dossier des documents n'a pas pu être lu"))

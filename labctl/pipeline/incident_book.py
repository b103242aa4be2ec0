"""What was done to a bench for its incidents, written before it is done.

The originals of files that were changed are kept here, never on the machine. It lies beside the
folder of the bench, which a seal covers: what makes the machines others retires the book.
"""

import base64
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from labctl.configure.deeds import Deed
from labctl.configure.files import Original
from labctl.core.clock import timestamp
from labctl.core.errors import StoreError, UsageError
from labctl.core.i18n import _, mark
from labctl.core.ids import NodeName
from labctl.core.incident import Course, Looked
from labctl.core.paths import state_dir
from labctl.core.store import read_bytes, read_json, remove, write_bytes, write_json
from labctl.core.verdict import CheckVerdict
from labctl.facts.watched import Seen
from labctl.judge.incident import Glance
from labctl.pipeline.place import bench_runs

SCHEMA = "labctl/incidents/v1"
BEGUN, THERE, UNDOING, UNDONE = (
    mark("en cours d'injection"),
    mark("injectée"),
    mark("en cours de retrait"),
    mark("retirée"),
)
"""How far an incident is on a bench."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The original of a file of a machine; ``content`` is in base 64, None where it was absent."""

    node: str
    file: str
    content: str | None
    owner: str
    mode: str
    accessed: str
    modified: str

    @classmethod
    def of(cls, node: str, file: str, original: Original) -> "Kept":
        """Return an original as it is kept."""
        read = original.content
        content = None if read is None else base64.b64encode(read).decode()
        rest = (original.owner, original.mode, original.accessed, original.modified)
        return cls(node, file, content, *rest)

    def put_back(self) -> Deed:
        """Return what makes the file what it was."""
        content = None if self.content is None else base64.b64decode(self.content)
        original = Original(content, self.owner, self.mode, self.accessed, self.modified)
        return Deed.put_back(NodeName(self.node), self.file, original)


@dataclass(frozen=True, slots=True)
class Record:
    """One incident of a bench. Moments are RFC 3339, UTC, empty for what did not happen.

    ``ticket`` is its number for the candidate: it stays when others are repaired or taken away.
    ``steps`` counts the steps of the injection that were begun; it is 0 again where the first one
    found nothing to change. ``shown`` is when its symptom was first observed: the clock starts
    then. ``repaired`` is when all four lines were first seen to say yes. ``helped`` says that
    labctl applied the reference repair, or made it disappear. ``cut`` is when labctl cut the power
    of one that a power cut repairs and nobody had, until that is looked at; ``vanished``, when it
    was then seen to be gone. ``trouble`` is why it could not be injected.
    """

    id: str
    stage: str
    drawn: dict[str, str]
    begun: str
    ticket: int = 1
    steps: int = 0
    kept: tuple[Kept, ...] = ()
    shown: str = ""
    repaired: str = ""
    undone: str = ""
    helped: str = ""
    hints: int = 0
    looks: tuple[Looked, ...] = ()
    trouble: str = ""
    cut: str = ""
    vanished: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether something of it may still be on the bench."""
        return self.stage != UNDONE

    @property
    def course(self) -> Course:
        """Return what became of it, as evidence keeps it."""
        moments = (self.begun, self.shown, self.repaired, self.undone, self.helped)
        rest = (self.hints, self.looks, self.trouble, self.vanished)
        return Course(self.ticket, self.id, *moments, *rest)

    def keeps(self, node: str, file: str) -> bool:
        """Tell whether the original of a file is kept."""
        return any((one.node, one.file) == (node, file) for one in self.kept)


@dataclass(frozen=True, slots=True)
class Before:
    """The bench before its first incident: the verdicts, and what was seen besides."""

    at: str
    verdicts: tuple[CheckVerdict, ...]
    seen: tuple[Seen, ...]

    def glance(self) -> Glance:
        """Return it as what is compared to."""
        return Glance(
            {one.check: one for one in self.verdicts}, {one.name: one for one in self.seen}
        )


@dataclass(frozen=True, slots=True)
class Book:
    """All incidents of a bench, in the order of their injection."""

    records: tuple[Record, ...] = ()
    before: Before | None = None
    schema: str = field(default=SCHEMA)

    @property
    def open(self) -> tuple[Record, ...]:
        """Return those of which something may still be on the bench."""
        return tuple(one for one in self.records if one.is_open)

    def find(self, name: str) -> Record | None:
        """Return the last record of an incident, None when it was never injected."""
        return next((one for one in reversed(self.records) if one.id == name), None)

    def find_ticket(self, name: str, rank: int) -> int:
        """Return the number of an incident: what it had before, else the first free from a rank."""
        known = self.find(name)
        taken = {one.ticket for one in self.records}
        return known.ticket if known else next(n for n in count(rank) if n not in taken)

    def put(self, record: Record) -> "Book":
        """Return the book with a record in the place of the one of the same beginning."""
        known = [(one.id, one.begun) for one in self.records]
        if (record.id, record.begun) not in known:
            return replace(self, records=(*self.records, record))
        at = known.index((record.id, record.begun))
        return replace(self, records=(*self.records[:at], record, *self.records[at + 1 :]))


_ADAPTER = TypeAdapter(Book)


def read_book(bench: int) -> Book:
    """Return what was done to a bench; StoreError when it is there and cannot be read."""
    path = _file(bench)
    return _read(bench, path) if path.exists() else Book()


def _read(bench: int, path: Path) -> Book:
    try:
        book = _ADAPTER.validate_python(read_json(path))
    except ValidationError as exc:
        said = _("« %(path)s » ne dit plus quelles pannes sont sur le banc") % {"path": path}
        raise StoreError(said, hint=f"labctl reset {bench}") from exc
    return book


def list_records(bench: int, since: str, until: str) -> tuple[Record, ...]:
    """Return the incidents that were begun on a bench between two moments, retired books too.

    Moments are RFC 3339; an empty ``until`` is now.
    """
    books = [_read(bench, path) for path in list_books(bench)]
    first, last = _moment(since), _moment(until or timestamp())
    found = {
        (one.id, one.begun): one
        for book in books
        for one in book.records
        if first <= _moment(one.begun) <= last
    }
    return tuple(found.values())


def list_books(bench: int) -> tuple[Path, ...]:
    """Return the files of every book of a bench: those that were retired, then the last."""
    retired = sorted((bench_runs(bench) / "incidents").glob("*.json"))
    return (*retired, *(path for path in (_file(bench),) if path.exists()))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def write_book(bench: int, book: Book) -> None:
    """Write what is done to a bench, durably."""
    write_json(_file(bench), _ADAPTER.dump_python(book, mode="json"), is_flat=True)


def retire_book(bench: int) -> None:
    """Put the book of a bench whose machines become others beside its runs; it stays to be read.

    Where that cannot be done it is lost: a bench is made as new or removed all the same.
    """
    path = _file(bench)
    if path.exists():
        name = f"{timestamp().replace(':', '')}.json"
        with suppress(StoreError):
            write_bytes(bench_runs(bench) / "incidents" / name, read_bytes(path))
    remove(path)


def require_no_incident(bench: int) -> None:
    """Raise UsageError when an incident may still be on a bench."""
    there = ", ".join(record.id for record in read_book(bench).open)
    if there:
        said = _("des pannes sont sur le banc %(bench)02d : %(names)s")
        hint = f"labctl incident undo {bench}"
        raise UsageError(said % {"bench": bench, "names": there}, hint=hint)


def begin(name: str, drawn: dict[str, str], ticket: int = 1) -> Record:
    """Return the record of an incident that is about to be injected."""
    return Record(name, BEGUN, drawn, timestamp(), ticket)


def refuse(name: str, drawn: dict[str, str], trouble: str) -> Record:
    """Return what is told of an incident that cannot be injected: nothing was touched."""
    return Record(name, UNDONE, drawn, timestamp(), trouble=trouble)


def _file(bench: int) -> Path:
    return state_dir() / "incidents" / f"{bench:02d}.json"

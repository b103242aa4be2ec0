"""One bench that is held: how it is looked at, and what takes steps there."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from labctl.configure.deeds import Hands
from labctl.core.check import CheckSpec
from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.judge.incident import Glance, Guard
from labctl.pipeline.incident_book import Book, Record, read_book, write_book
from labctl.plan.model import Plan
from labctl.spec.incident import Incident
from labctl.spec.watch import Watch


class Seeing(Protocol):
    """How the bench of an incident is looked at."""

    @property
    def plan(self) -> Plan:
        """Return the plan of the bench."""

    @property
    def report(self) -> Report:
        """Return what progress is told to."""

    @property
    def specs(self) -> tuple[CheckSpec, ...]:
        """Return the declaration of every check."""

    def find(self, name: str, drawn: Mapping[str, str]) -> Incident:
        """Return an incident with the values of the bench."""

    def guard(self) -> Guard:
        """Return what must not be lowered on the bench."""

    def look(self, watches: Iterable[Watch], only: Collection[str] | None = None) -> Glance:
        """Observe and judge."""

    def quietly(self) -> "Seeing":
        """Return the same without progress, which hides what a technician is asked to do."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One bench that is held: how it is looked at, and what takes steps there."""

    sight: Seeing
    hands: Callable[[], AbstractContextManager[Hands]]

    @property
    def number(self) -> int:
        """Return its number."""
        return int(self.sight.plan.bench)

    def read(self) -> Book:
        """Return what was done to it."""
        return read_book(self.number)

    def keep(self, record: Record) -> Record:
        """Write a record, durably, and return it."""
        write_book(self.number, self.read().put(record))
        return record

    def find(self, record: Record) -> Incident:
        """Return the incident of a record, as it was drawn."""
        return self.sight.find(record.id, record.drawn)

    def limit(self, seconds: float) -> Deadline:
        """Return the deadline of something done here."""
        return Deadline.after(seconds, patience=self.sight.plan.patience)

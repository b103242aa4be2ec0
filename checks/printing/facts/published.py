"""Printers that the directory publishes (Microsoft, [MS-ADSC], class printQueue)."""

from dataclasses import dataclass

from checks.directory.facts.entries import Entry
from checks.directory.facts.probes import ask_objects, read_objects
from labctl.api import Answer, Plan, Probe


@dataclass(frozen=True, slots=True)
class PublishedPrinter:
    """A printer as users find it in the directory; names in lower case."""

    names: frozenset[str]  # printerName, printShareName, and the share that uNCName leads to
    servers: frozenset[str]  # serverName, and the server that uNCName leads to


@dataclass(frozen=True, slots=True)
class PublishedPrinters:
    """Every published printer."""

    printers: tuple[PublishedPrinter, ...]


def read_published(plan: Plan, answers: tuple[Answer, ...]) -> PublishedPrinters:
    """Read every object of class printQueue."""
    entries = read_objects(plan, answers[0])
    found = (_printer(entry) for entry in entries if entry.is_a("printQueue"))
    return PublishedPrinters(tuple(sorted(found, key=lambda one: sorted(one.names))))


def _printer(entry: Entry) -> PublishedPrinter:
    server, _slash, share = entry.text("uNCName").lstrip("\\").partition("\\")
    names = (entry.text("printerName"), *entry.values("printShareName"), share)
    servers = (entry.text("serverName"), server)
    return PublishedPrinter(_folded(names), _folded(servers))


def _folded(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(text.casefold() for text in texts if text)


PUBLISHED = Probe(PublishedPrinters, ask_objects, read_published)

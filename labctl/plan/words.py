"""What topics say of a plan: tables of their own, and words beside a machine or a segment.

A topic says it in ``checks/<topic>/words.py``: ``tables(demand, plan)``, ``notes(demand, plan)``;
and for documents, ``fields(demand, plan)``, values of its part of the subject,
``handed(demand, plan)``, the secrets that go with it, ``given(demand, plan)``, the files, and
``filled(demand, plan)``, the documents that the reference solution hands in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from labctl.core import content
from labctl.plan.model import Plan
from labctl.spec.demand import Demand
from labctl.spec.topic import load_topic


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a title, columns, rows of texts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Words beside a machine or a segment; of a machine, perhaps about one of its segments."""

    about: str
    words: str
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """A secret that the candidate is handed with the subject; ``secret`` is ``${secret:…}``."""

    what: str
    account: str
    secret: str


@dataclass(frozen=True, slots=True)
class Given:
    """A file that waits for the candidate, by its place in their folder.

    It is a text, or a file of the folder ``given`` of the topic, or the blank form of a printed
    document (``inventories/documents``) in the format of its suffix: .odt, .ods or .xlsx.
    """

    place: str
    text: str = ""
    file: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A document as the reference solution hands it in: its name, and its text in Markdown."""

    name: str
    text: str


def list_filled(plan: Plan) -> tuple[tuple[str, Filled], ...]:
    """Return the documents that the solution hands in, each with its topic."""
    return tuple(
        (topic, one)
        for topic, module, demand in _each(plan)
        if hasattr(module, "filled")
        for one in module.filled(demand, plan)
    )


def list_given(plan: Plan) -> tuple[tuple[str, Given], ...]:
    """Return the files that topics give the candidate, each with its topic."""
    return tuple(
        (topic, one)
        for topic, module, demand in _each(plan)
        if hasattr(module, "given")
        for one in module.given(demand, plan)
    )


def list_handed(plan: Plan) -> tuple[Handed, ...]:
    """Return the secrets that topics hand to the candidate, in the order of the cahier."""
    return tuple(
        one
        for _topic, module, demand in _each(plan)
        if hasattr(module, "handed")
        for one in module.handed(demand, plan)
    )


def compute_fields(plan: Plan, topic: str) -> dict[str, object]:
    """Return the values that a topic computes for its part of the subject."""
    content.install()
    compute = getattr(_load_words(topic), "fields", None)
    return dict(compute(plan.demand(load_topic(topic).load()), plan)) if compute else {}


def list_tables(plan: Plan) -> tuple[Table, ...]:
    """Return the tables of the topics, in the order of the cahier."""
    return tuple(
        table
        for _topic, module, demand in _each(plan)
        if hasattr(module, "tables")
        for table in module.tables(demand, plan)
    )


def list_notes(plan: Plan) -> tuple[Note, ...]:
    """Return the words of the topics, in the order of the cahier."""
    return tuple(
        note
        for _topic, module, demand in _each(plan)
        if hasattr(module, "notes")
        for note in module.notes(demand, plan)
    )


def _each(plan: Plan) -> Iterator[tuple[str, ModuleType, Demand]]:
    """Yield each topic that has words, with them and what it asks for."""
    content.install()
    for topic in plan.demands:
        if module := _load_words(topic):
            yield topic, module, plan.demand(load_topic(topic).load())


def _load_words(topic: str) -> ModuleType | None:
    name = f"{content.PACKAGE}.{topic}.words"
    return import_module(name) if find_spec(name) else None

"""A topic as its ``topic.yml`` says it; nothing of the topic's Python is imported."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from labctl.core import content
from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.once import read_once
from labctl.spec.complaint import explain
from labctl.spec.demand import Demand
from labctl.spec.fields import Block, Text, key
from labctl.spec.loader import load
from labctl.spec.suggest import suggest

_CLAIM = re.compile(r"^block:[ \t]*([a-z0-9_]+)[ \t]*$", re.MULTILINE)
TopicName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class TopicDocument(Block):
    """The file of a topic."""

    title: Text = key("title", "titre du thème, en français")
    after: tuple[TopicName, ...] = key(
        "after", "thèmes dont la solution est appliquée avant", default=()
    )
    block: TopicName = key("block", "clé du cahier que le thème comprend", default="")
    demand: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*$")] = key(
        "class", "classe de demand.py qui la comprend", default=""
    )


@dataclass(frozen=True, slots=True)
class Topic:
    """What the engine knows of a topic before it imports any of it.

    ``block`` is the key of the cahier that it understands, empty when it asks for nothing.
    """

    name: str
    title: str
    after: tuple[str, ...] = ()
    block: str = ""
    class_name: str = ""

    def load(self) -> type[Demand]:
        """Return the class of its block; SpecError when ``demand.py`` does not give it."""
        name = f"{content.PACKAGE}.{self.name}.demand"
        content.install()
        try:
            found: type[Demand] = getattr(import_module(name), self.class_name)
        except (ImportError, AttributeError, SyntaxError) as exc:
            message = f"{name}: {type(exc).__name__}: {exc}"
            file = content.find_owner(self.name)
            raise SpecError((Mistake(str(file), 1, message, "fichier"),)) from exc
        return found


@read_once
def load_topic(name: str) -> Topic:
    """Read one topic; SpecError with every mistake of its file.

    A topic without a file, as a centre may add one, has its own name for a title.
    """
    return _load(name, content.list_topics())


def _load(name: str, known: tuple[str, ...]) -> Topic:
    file = content.find_owner(name)
    if file is None:
        return Topic(name, name)
    seen = file.stat()
    return _read(name, file, known, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=256)
def _read(name: str, file: Path, known: tuple[str, ...], _mtime_ns: int, _size: int) -> Topic:
    """Return the topic of a file, read once for as long as it does not change."""
    source = load(file)
    try:
        document = TopicDocument.model_validate(source.tree)
    except ValidationError as exc:
        complaints = explain(exc, source, TopicDocument)
        raise SpecError(tuple(sorted(complaint.mistake for complaint in complaints))) from exc
    unknown = [
        source.mistake(
            ("after", rank),
            _("thème « %(name)s » inconnu") % {"name": other},
            rule="valeur",
            hint=suggest(other, known),
        )
        for rank, other in enumerate(document.after)
        if other not in known
    ]
    if unknown:
        raise SpecError(tuple(unknown))
    return Topic(name, document.title, document.after, document.block, document.demand)


def list_before(names: Iterable[str]) -> frozenset[str]:
    """Return the topics whose solution is applied before these, at any distance."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        before = set(load_topic(todo.pop()).after) - found
        found |= before
        todo += before
    return frozenset(found)


def find_topics(blocks: Iterable[str]) -> dict[str, Topic]:
    """Return the topics that understand blocks of the cahier, by block, in their order.

    Every ``topic.yml`` is looked through, those that are meant are parsed: that costs less.
    """
    owners, known = _list_owners(), content.list_topics()
    return {block: _load(owners[block], known) for block in blocks if block in owners}


@read_once
def _list_owners() -> dict[str, str]:
    owners: dict[str, str] = {}
    for name in content.list_topics():
        file = content.find_owner(name)
        claim = file and _CLAIM.search(file.read_text(encoding="utf-8", errors="replace"))
        if claim:
            owners.setdefault(claim[1], name)
    return owners


def list_asking() -> tuple[Topic, ...]:
    """Return every topic that understands a block, by name; without those that are ill formed."""
    return tuple(topic for topic in read_topics()[0] if topic.block)


def read_topics() -> tuple[tuple[Topic, ...], tuple[Mistake, ...]]:
    """Return every topic that could be read, by name, and every mistake in their files."""
    topics: list[Topic] = []
    mistakes: list[Mistake] = []
    known = content.list_topics()
    for name in known:
        try:
            topics.append(_load(name, known))
        except SpecError as exc:
            mistakes.extend(exc.mistakes)
    return tuple(topics), tuple(mistakes)

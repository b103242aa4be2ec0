"""A topic as its ``topic.yml`` says it; nothing of the topic's Python is imported."""

import re
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated

from pydantic import Field, ValidationError

from labctl.core import content
from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.spec.complaint import explain
from labctl.spec.demand import Demand
from labctl.spec.fields import Block, Text, key
from labctl.spec.loader import load
from labctl.spec.suggest import suggest

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
            (file,) = content.list_topic_files(self.name, content.OWNER).values()
            raise SpecError((Mistake(str(file), 1, message, "fichier"),)) from exc
        return found


def load_topic(name: str) -> Topic:
    """Read one topic; SpecError with every mistake of its file.

    A topic without a file, as a centre may add one, has its own name for a title.
    """
    found = content.list_topic_files(name, content.OWNER)
    if not found:
        return Topic(name, name)
    (path,) = found.values()
    source = load(path)
    try:
        document = TopicDocument.model_validate(source.tree)
    except ValidationError as exc:
        complaints = explain(exc, source, TopicDocument)
        raise SpecError(tuple(sorted(complaint.mistake for complaint in complaints))) from exc
    known = content.list_topics()
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


def find_topic(block: str) -> Topic | None:
    """Return the topic that understands a block of the cahier, None when there is none.

    Every ``topic.yml`` is looked through, the one that is meant is parsed: that costs less.
    """
    claim = re.compile(rf"^block:[ \t]*{re.escape(block)}[ \t]*$", re.MULTILINE)
    for name in content.list_topics():
        for file in content.list_topic_files(name, content.OWNER).values():
            if claim.search(file.read_text(encoding="utf-8", errors="replace")):
                return load_topic(name)
    return None


def list_asking() -> tuple[Topic, ...]:
    """Return every topic that understands a block, by name; without those that are ill formed."""
    return tuple(topic for topic in read_topics()[0] if topic.block)


def read_topics() -> tuple[tuple[Topic, ...], tuple[Mistake, ...]]:
    """Return every topic that could be read, by name, and every mistake in their files."""
    topics: list[Topic] = []
    mistakes: list[Mistake] = []
    for name in content.list_topics():
        try:
            topics.append(load_topic(name))
        except SpecError as exc:
            mistakes.extend(exc.mistakes)
    return tuple(topics), tuple(mistakes)

"""A topic as its ``topic.yml`` says it; nothing of the topic's Python is imported."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError

from labctl.core import content
from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.spec.complaint import explain
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


@dataclass(frozen=True, slots=True)
class Topic:
    """What the engine knows of a topic before it imports any of it."""

    name: str
    title: str
    after: tuple[str, ...] = ()


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
    return Topic(name, document.title, document.after)


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

"""What must not be lowered while something is repaired: the ``security.yml`` of a topic."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from labctl.core.errors import Mistake, SpecError
from labctl.core.ids import CheckId
from labctl.spec.complaint import explain
from labctl.spec.fields import Block, key
from labctl.spec.loader import load
from labctl.spec.step import CheckName
from labctl.spec.watch import Watch, WatchBlock, read_watches, rename


@dataclass(frozen=True, slots=True)
class Security:
    """Checks of a topic that are about security, and what is looked at besides them."""

    topic: str
    checks: frozenset[CheckId]
    watches: tuple[Watch, ...]
    file: str


class SecurityDocument(Block):
    """The file of what a topic must not lower."""

    checks: tuple[CheckName, ...] = key("checks", "contrôles qui disent la sécurité", default=())
    watches: tuple[WatchBlock, ...] = key(
        "watches", "ce qu'aucun contrôle ne voit : « label » dit quoi", default=()
    )


def load_security(path: Path) -> Security:
    """Read what a topic must not lower; SpecError with every mistake of its file."""
    source = load(path)
    try:
        document = SecurityDocument.model_validate(source.tree)
    except ValidationError as exc:
        complaints = explain(exc, source, SecurityDocument)
        raise SpecError(tuple(sorted(complaint.mistake for complaint in complaints))) from exc
    topic = path.parent.name
    watches = read_watches(source, ("watches",), document.watches)
    named = tuple(rename(one, topic) for one in watches)
    return Security(topic, frozenset(map(CheckId, document.checks)), named, source.file)


def load_all(paths: Iterable[Path]) -> tuple[Security, ...]:
    """Read what several topics must not lower; SpecError with the mistakes of all of them."""
    found: list[Security] = []
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            found.append(load_security(path))
        except SpecError as exc:
            mistakes.extend(exc.mistakes)
    if mistakes:
        raise SpecError(tuple(sorted(mistakes)))
    return tuple(found)

"""What a look is at besides a command: a file, a service, a port… in words anybody can write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MEANT: Mapping[str, tuple[str, ...]] = {
    "file": (),
    "service": (),
    "package": (),
    "port": ("from",),
    "http": ("from",),
    "ldap": ("filter", "base"),
}
"""For each kind of thing, the words that say more of it."""
_FIELDS = {"from": "seen_from"}
_WORDS = tuple(dict.fromkeys(word for words in MEANT.values() for word in words))


@dataclass(frozen=True, slots=True)
class Aim:
    """A thing of a machine: its ``kind`` (a key of ``MEANT``), its name, and what more is said."""

    kind: str
    name: str
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """Return all that may refer to something."""
        return (self.name, *self.more.values())

    def map(self, change: Callable[[str], str]) -> "Aim":
        """Return the thing with each of its texts changed."""
        return Aim(
            self.kind, change(self.name), {word: change(text) for word, text in self.more.items()}
        )


def find_aims(block: Any) -> tuple[Aim, ...]:
    """Return the things that a look is at: one, where it is well said."""
    more = {word: said for word in _WORDS if (said := getattr(block, _FIELDS.get(word, word)))}
    found = {kind: str(said) for kind in MEANT if (said := getattr(block, kind))}
    return tuple(Aim(kind, name, more) for kind, name in found.items())


def find_lacking(block: Any) -> tuple[str, ...]:
    """Return the words without which the thing of a look is not known."""
    return tuple(
        word for aim in find_aims(block) for word in MEANT[aim.kind] if word not in aim.more
    )


def find_strays(block: Any) -> tuple[str, ...]:
    """Return the words of a look that mean nothing for what it is at."""
    meant = {word for aim in find_aims(block) for word in MEANT[aim.kind]}
    return tuple(
        word for word in _WORDS if word not in meant and getattr(block, _FIELDS.get(word, word))
    )

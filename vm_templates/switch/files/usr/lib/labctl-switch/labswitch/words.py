"""The words of a command line, with the column where each begins."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its place in the line."""

    text: str
    offset: int

    @property
    def end(self) -> int:
        """Return the column after the word."""
        return self.offset + len(self.text)


def split(line: str) -> tuple[Word, ...]:
    """Return the words of a line."""
    return tuple(Word(match[0], match.start()) for match in _WORD.finditer(line))


def complete(text: str, keywords: Iterable[str]) -> list[str]:
    """Return the keywords that an abbreviation can mean; an exact one is alone."""
    wanted = text.lower()
    found = [keyword for keyword in keywords if keyword.lower().startswith(wanted)]
    exact = [keyword for keyword in found if keyword.lower() == wanted]
    return exact or found

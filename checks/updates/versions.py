"""Order of the versions of Debian packages."""

import re
from itertools import zip_longest

_PARTS = re.compile(r"([^0-9]*)([0-9]*)")
_END = 1
"""Weight of the end of a text: a tilde comes before it, everything else after."""
_NOTHING = ((_END,), 0)
Turn = tuple[tuple[int, ...], int]
"""A text without digits, its characters by their weights, and the number that follows it."""


def is_older(version: str, other: str) -> bool:
    """Tell whether a version comes before another (Debian Policy 5.6.12, deb-version(7))."""
    for own, its in zip(_split(version), _split(other), strict=True):
        for one, two in zip_longest(own, its, fillvalue=_NOTHING):
            if one != two:
                return one < two
    return False


def _split(version: str) -> tuple[list[Turn], ...]:
    epoch, _colon, rest = version.rpartition(":")
    upstream, _dash, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return tuple(map(_take_turns, (epoch, upstream, revision)))


def _take_turns(text: str) -> list[Turn]:
    """Return a part as texts and numbers by turns; a number that is missing counts as 0."""
    turns = (found.groups() for found in _PARTS.finditer(text))
    return [((*map(_weigh, words), _END), int(digits or "0")) for words, digits in turns]


def _weigh(letter: str) -> int:
    if letter == "~":
        return 0
    return ord(letter) + (0 if letter.isalpha() else 256)

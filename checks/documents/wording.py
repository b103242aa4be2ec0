"""Texts as they are compared: words without accents, and what is no text at all."""

import re
import unicodedata

_SMALL = frozenset(
    [
        "a",
        "au",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "n",
        "no",
        "of",
        "par",
        "pour",
        "un",
        "une",
    ]
)
_BLANK = re.compile(r"[\s._…·☐-]*")
_NUMBER = re.compile(r"\bn\s*[°º]")


def words_of(text: str) -> list[str]:
    """Return the words of a text without accents, capitals and small words."""
    spelt = _NUMBER.sub("numero ", text.casefold())
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _SMALL]


def is_blank(text: str) -> bool:
    """Tell whether nobody wrote anything: dots and empty boxes are the form's own."""
    return not _BLANK.sub("", text)

"""Names as machines compare them: without accents, without case."""

import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss"}
)
"""Letters that Unicode does not take apart, as a French speaker types them without accent."""


def fold_name(text: str) -> str:
    """Return a name in lower case, without accents, spaces or apostrophes."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    bare = plain.encode("ascii", "ignore").decode()
    return "".join(char for char in bare.lower() if char.isalnum() or char == "-")


def alike(text: str) -> str:
    """Return what names that a directory takes for the same have in common: no case, no accent."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(char for char in bare if not unicodedata.combining(char)).casefold()

"""Distinguished names, compared the way a directory compares them: case and spaces apart."""

import re

COMMA = re.compile(r"(?<!\\),")


def fold(dn: str) -> str:
    """Return the form in which two equal names are the same text."""
    parts = (part.partition("=") for part in COMMA.split(dn))
    return ",".join(f"{key.strip()}={value.strip()}" for key, _equal, value in parts).casefold()


def parent(dn: str) -> str:
    """Return the name of the container, empty at the top."""
    pieces = COMMA.split(dn, maxsplit=1)
    return pieces[1] if len(pieces) == 2 else ""


def is_below(dn: str, container: str) -> bool:
    """Tell whether the object is the container itself or somewhere under it."""
    name, top = fold(dn), fold(container)
    return name == top or name.endswith("," + top)

"""A file that a candidate handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import ClassVar

_RANKS = {".odt": 2, ".ods": 2, ".docx": 2, ".xlsx": 2, ".pdf": 1}
"""Which formats are read, and read better."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that the candidate handed in; its name and its content are a stranger's.

    Its bytes are base64 in JSON.
    """

    __pydantic_config__: ClassVar = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    name: str
    content: bytes
    modified_at: str  # RFC 3339, UTC, as the way in saw it


def find_document(documents: Sequence[Document], name: str) -> Document | None:
    """Return the document of a name, else the newest of that name with another suffix.

    A PDF comes after what is written in an office program: it has the texts, and no tables.
    """
    stem = PurePath(name).stem.casefold()
    same = [one for one in documents if PurePath(one.name).stem.casefold() == stem]
    exact = [one for one in same if one.name.casefold() == name.casefold()]
    return max(exact or same, key=_rank, default=None)


def _rank(document: Document) -> tuple[int, str, str]:
    suffix = PurePath(document.name).suffix.casefold()
    return _RANKS.get(suffix, 0), document.modified_at, document.name

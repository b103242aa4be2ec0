"""Entries of a directory: how they are written, and what may be done to them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from labctl.connect.base import Question
from labctl.core.deadline import Deadline
from labctl.core.secrets import Secret


class DirectorySession(Protocol):
    """One bound connection to a directory; ConnectError names what it refuses."""

    def search(self, question: Question, deadline: Deadline) -> tuple[int, list[dict[str, Any]]]:
        """Return the result code and the entries of a search."""
        ...

    def add(self, dn: str, attributes: Mapping[str, object], deadline: Deadline) -> None:
        """Create an entry."""
        ...

    def modify(
        self, dn: str, changes: Iterable[tuple[str, str, Sequence[object]]], deadline: Deadline
    ) -> None:
        """Change an entry: (attribute, ``add``/``delete``/``replace``, values)."""
        ...

    def delete(self, dn: str, deadline: Deadline) -> None:
        """Delete an entry; succeeds when it is already gone."""
        ...


def encode_password(password: Secret) -> bytes:
    """Return a password as the attribute unicodePwd wants it: quoted, UTF-16."""
    return f'"{password.reveal()}"'.encode("utf-16-le")


def escape(value: str) -> str:
    """Return a text as it must be written inside a filter (RFC 4515)."""
    return "".join(f"\\{ord(sign):02x}" if sign in "\\*()\0" else sign for sign in value)

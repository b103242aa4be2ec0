"""What became of one bench, and how its progress is told; light, for whoever only shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

Step = Callable[[int, str], None]
"""Progress of one bench: its number and one short sentence."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of one bench: a value, or what went wrong with its exit code."""

    value: T | None
    message: str = ""
    hint: str = ""
    exit_code: int = 0

    @property
    def ok(self) -> bool:
        """Tell whether the work ended with a value."""
        return self.exit_code == 0

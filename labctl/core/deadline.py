"""One monotonic deadline for a whole act, and the byte caps of what machines may send."""

import time
from dataclasses import dataclass

OUTPUT_CAP_BYTES = 1 << 20
"""Most bytes kept of one answer of a machine (1 MiB)."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant on the monotonic clock after which an act must have ended.

    ``patience`` is how many times its usual time each step of the act may take: an emulated
    machine is slow, and slowness must not pass for an answer.
    """

    at: float
    patience: float = 1.0

    @classmethod
    def after(cls, seconds: float, *, patience: float = 1.0) -> "Deadline":
        """Return the deadline that ends in so many seconds, each with the patience."""
        return cls(time.monotonic() + seconds * patience, patience)

    def remaining_s(self) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self.at - time.monotonic())

    def is_over(self) -> bool:
        """Tell whether the instant has passed."""
        return time.monotonic() >= self.at

    def within(self, seconds: float) -> "Deadline":
        """Return the earlier of this deadline and one that ends in so many seconds, patiently."""
        limit = time.monotonic() + seconds * self.patience
        return Deadline(min(self.at, limit), self.patience)

    def before(self, seconds: float) -> "Deadline":
        """Return the deadline that leaves so many seconds before this one."""
        return Deadline(self.at - seconds * self.patience, self.patience)

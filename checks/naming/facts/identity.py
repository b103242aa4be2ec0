"""What the workstation is called."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Names of the workstation; an empty one is not set."""

    running_name: str  # in force
    static_name: str  # at the next start

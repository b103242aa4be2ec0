"""Programs installed on a Windows workstation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Software:
    """Names of the installed programs, as Windows lists them; of the users logged on too."""

    programs: tuple[str, ...]

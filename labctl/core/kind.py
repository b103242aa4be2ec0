"""The kinds of workstation a bench may have."""

from enum import StrEnum


class Kind(StrEnum):
    """What stands on the candidate's desk; the values are those of a room's ``poste``."""

    LINUX = "linux"
    SIMULATED = "windows_simule"  # a Linux that answers as a Windows does, and says so
    WINDOWS = "windows"


EVERY_KIND = frozenset(Kind)
WITH_SHELL = frozenset({Kind.LINUX, Kind.SIMULATED})
"""Kinds that are a Linux inside: what is asked over SSH can be asked."""
WITH_CIM = frozenset({Kind.SIMULATED, Kind.WINDOWS})
"""Kinds that answer as a Windows does."""

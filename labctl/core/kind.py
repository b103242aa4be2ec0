"""The kinds of workstation a bench may have."""

from enum import StrEnum

from labctl.core.i18n import _


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
WITHOUT_CIM = EVERY_KIND - WITH_CIM
"""Kinds that are asked over SSH alone."""


def name_bench(bench: int, kind: Kind) -> str:
    """Return the number of a bench, and that its workstation is a simulation where it is one."""
    number = f"{bench:02d}"
    if kind is not Kind.SIMULATED:
        return number
    said = _("poste simulé")
    return f"{number} ({said})"

"""The Windows half of a cahier's ``poste`` → what a Windows workstation must be."""

from labctl.plan.windows import WindowsWorkstation
from labctl.plan.windows_use_build import build_use
from labctl.spec.subject import Subject


def build_windows(subject: Subject) -> WindowsWorkstation:
    """Return what the workstation must be; KeyError when the cahier says nothing of a Windows."""
    return WindowsWorkstation(
        use=build_use(subject),
    )

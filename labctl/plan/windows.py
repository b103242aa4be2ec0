"""What a Windows workstation must be, resolved: values as Windows itself writes them."""

from dataclasses import dataclass

from labctl.plan.windows_use import WindowsUse


@dataclass(frozen=True, slots=True)
class WindowsWorkstation:
    """What the candidate's Windows workstation must be."""

    use: WindowsUse

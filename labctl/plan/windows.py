"""What a Windows workstation must be, resolved: values as Windows itself writes them."""

from dataclasses import dataclass

from labctl.plan.windows_use import WindowsUse


@dataclass(frozen=True, slots=True)
class WindowsSystem:
    """Edition, age, languages and how it starts."""

    sku: int  # OperatingSystemSKU: 48 is Professional
    edition: str
    build_min: int
    language: int  # LCID: 1036 is French
    keyboard: str  # keyboard layout: 0000040c
    timezone: str  # Hawaiian Standard Time
    is_uefi: bool
    secure_boot: bool
    install_age_max_h: int
    iso_admitted: bool
    master: str  # version of the centre's master image; empty: not admitted


@dataclass(frozen=True, slots=True)
class WindowsVolume:
    """A volume; ``size_gib`` 0: any size."""

    letter: str  # D:
    fs: str
    label: str
    size_gib: int
    tolerance_pct: int


@dataclass(frozen=True, slots=True)
class WindowsDisk:
    """How the disk is cut."""

    is_gpt: bool
    volumes: tuple[WindowsVolume, ...]


@dataclass(frozen=True, slots=True)
class WindowsWorkstation:
    """What the candidate's Windows workstation must be."""

    system: WindowsSystem
    disk: WindowsDisk
    domain_profile: bool  # the network is to be recognised as the domain's
    use: WindowsUse

"""How a Windows workstation must be protected, set and used: values as Windows writes them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comfort:
    """What its user needs to see and type; 0 and empty: not asked."""

    need: str
    text_pct: int
    high_contrast: bool
    filter_keys: bool
    mouse_speed: int  # 1 to 20
    colour_filter: int  # FilterType: 3 is deuteranopia


@dataclass(frozen=True, slots=True)
class WindowsPersonal:
    """What its main user asked for."""

    wallpaper: str
    home_page: str
    power_plan: str  # GUID
    drives: dict[str, str]  # letter → share, or the word for that of the user's service
    printer: str
    comfort: Comfort


@dataclass(frozen=True, slots=True)
class WindowsBackup:
    """Its backup, and the restoration that tries it."""

    target: str  # \\NAS\SHARE$
    account: str
    at: str  # 12:30
    original: str  # path of the witness
    restored: str  # path of its copy


@dataclass(frozen=True, slots=True)
class WindowsUse:
    """How a Windows workstation must be protected, set and used."""

    personal: WindowsPersonal
    backup: WindowsBackup

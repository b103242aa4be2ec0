"""How Windows was installed: region, firmware, master image, licence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegionSettings:
    """Keyboard and time zone, by the names that are the same in every language."""

    keyboard: str  # 0000040c
    timezone: str  # Hawaiian Standard Time


@dataclass(frozen=True, slots=True)
class Firmware:
    """How the machine starts."""

    is_uefi: bool
    secure_boot: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """The stamp that a master image bears; empty without one."""

    master: str  # its version
    generalized: bool  # sysprep ended its work in the image


@dataclass(frozen=True, slots=True)
class Licence:
    """Status of every licence of Windows that has a key; 1 is licensed."""

    statuses: tuple[int, ...]

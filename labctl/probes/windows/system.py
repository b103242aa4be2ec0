"""Which Windows the workstation has."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OperatingSystem:
    """Edition, build, language and age, as numbers: the texts are in any language."""

    sku: int
    build: int
    language: int  # LCID
    installed_at: datetime
    now: datetime  # by the workstation's own clock
    address_width: int  # 64 where a 64-bit Windows runs

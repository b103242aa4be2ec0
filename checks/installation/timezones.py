"""Time zones that exist: by their IANA name, and by the name that Windows gives them."""

import zoneinfo
from functools import cache
from pathlib import Path


def is_iana(name: str) -> bool:
    """Tell whether a name is in the IANA database; where there is no database, any name may be."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "America" is a folder
        return not list_iana()
    return True


@cache
def list_iana() -> frozenset[str]:
    """Return the names of the IANA database of this machine (the package tzdata)."""
    return frozenset(zoneinfo.available_timezones())


@cache
def list_windows() -> frozenset[str]:
    """Return the names that Windows knows."""
    text = Path(__file__).with_name("windows_zones.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))

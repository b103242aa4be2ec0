"""Spans of time as systemd.time(7) writes them."""

import re

_UNITS = {
    "us": 1e-6, "ms": 1e-3, "": 1.0, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0,
    "m": 60.0, "min": 60.0, "minute": 60.0, "minutes": 60.0, "h": 3600.0, "hr": 3600.0,
    "hour": 3600.0, "hours": 3600.0, "d": 86400.0, "day": 86400.0, "days": 86400.0,
}  # fmt: skip
FOREVER = 1e9


def seconds(text: str, default: float) -> float:
    """Return a span in seconds, the default where nothing readable is written."""
    if text.strip() == "infinity":
        return FOREVER
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*([a-z]*)", text)
    if not parts or any(unit not in _UNITS for _number, unit in parts):
        return default
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def ago(elapsed: float) -> str:
    """Return how long ago, as systemctl says it."""
    whole = int(elapsed)
    if whole < 60:
        return f"{whole}s ago"
    if whole < 3600:
        return f"{whole // 60}min ago"
    if whole < 86400:
        return f"{whole // 3600}h {whole % 3600 // 60}min ago"
    return f"{whole // 86400} days ago"
